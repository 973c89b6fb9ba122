/** A fleet file to begin with. Names and addresses are examples to be replaced; nothing is deployed before the plan is read. */

export const exampleFleet = `version: 1
wlbs:
  web:
    vips: [10.77.0.100/24]
    mode: multicast
    hosts:
      web-1: { id: 1, interface: eth0, dedicatedIp: 10.77.0.1/24 }
      web-2: { id: 2, interface: eth0, dedicatedIp: 10.77.0.2/24 }
      web-3: { id: 3, interface: eth0, dedicatedIp: 10.77.0.3/24 }
    rules:
      http: { ports: 80, protocol: tcp, affinity: none }
`;
