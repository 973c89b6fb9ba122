/** `wlbs.ip2mac`: the cluster MACs of an address in every delivery mode (DOMAIN 1.4). */
import { ip2mac, renderIp2Mac } from "@bulkhead/core/wlbs";
import { TRPCError } from "@trpc/server";
import { z } from "zod";
import { endpointInput } from "../inputs.ts";
import { signedIn } from "../trpc.ts";

export const wlbsIp2mac = signedIn.input(z.object({ address: endpointInput })).query(({ input }) => {
  const found = ip2mac(input.address);
  if (found) return { ...found, text: renderIp2Mac(found) };
  throw new TRPCError({
    code: "UNPROCESSABLE_CONTENT",
    message: `${input.address} is no IP address. Write one as 192.0.2.1 or 2001:db8::1.`,
  });
});
