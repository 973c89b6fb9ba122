/** The signed datagrams by which WLBS hosts keep in touch. */
export {
  HEARTBEAT_BYTES_MAX,
  HeartbeatCodec,
  type HeartbeatKey,
  type HeartbeatRejection,
  type HeartbeatVerdict,
} from "./codec.ts";
