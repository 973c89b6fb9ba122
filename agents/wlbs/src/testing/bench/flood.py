"""
Sender of the bench's filter figure: TCP SYN frames through the kernel's transmit ring, so that hardly any time goes to
the sender itself. Usage: flood.py INTERFACE DESTINATION_MAC VIP PORT "ADDRESS PORT,ADDRESS PORT,..." (4096 sources); then a
line {"seconds": S} on standard input each time, answered by {"sent", "cpuS"}. Python, because Node opens no packet socket.
"""

import json
import mmap
import socket
import struct
import sys
import time

SOL_PACKET, PACKET_TX_RING, PACKET_VERSION, PACKET_VNET_HDR, TPACKET_V2 = 263, 13, 10, 15, 1
FRAMES, SLOT, BLOCK = 4096, 256, 65536
SEND_REQUEST = 1
HEADER = 32  # where TPACKET_V2 wants the data
VNET_BYTES, LINEAR_BYTES = 10, 54  # Ethernet, IPv4 and TCP headers arrive in one piece, as from a network card


def checksum(data: bytes) -> int:
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def frame(mac: bytes, source: bytes, source_port: int, vip: bytes, port: int) -> bytes:
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40, 0, 0x4000, 64, 6, 0, source, vip)
    ip = ip[:10] + struct.pack(">H", checksum(ip)) + ip[12:]
    tcp = struct.pack(">HHIIBBHHH", source_port, port, 1, 0, 0x50, 2, 65535, 0, 0)
    tcp = tcp[:16] + struct.pack(">H", checksum(source + vip + struct.pack(">BBH", 0, 6, 20) + tcp)) + tcp[18:]
    return mac + b"\x02\x00\x00\x00\x00\x01" + b"\x08\x00" + ip + tcp + b"\0" * 6


def slot(data: bytes) -> bytes:
    vnet = struct.pack("<BBHHHH", 0, 0, LINEAR_BYTES, 0, 0, 0)
    head = struct.pack("=IIIHHIIHHI", SEND_REQUEST, VNET_BYTES + len(data), 0, 0, 0, 0, 0, 0, 0, 0)
    return (head + vnet + data).ljust(SLOT, b"\0")


def main() -> None:
    interface, mac, vip, port = sys.argv[1], bytes.fromhex(sys.argv[2].replace(":", "")), sys.argv[3], int(sys.argv[4])
    ring_text = b""
    for source in sys.argv[5].split(","):
        address, source_port = source.split()
        ring_text += slot(frame(mac, socket.inet_aton(address), int(source_port), socket.inet_aton(vip), port))
    out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    out.setsockopt(SOL_PACKET, PACKET_VERSION, TPACKET_V2)
    out.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    out.setsockopt(SOL_PACKET, PACKET_TX_RING, struct.pack("IIII", BLOCK, FRAMES * SLOT // BLOCK, SLOT, FRAMES))
    out.bind((interface, 0))
    ring = mmap.mmap(out.fileno(), FRAMES * SLOT)
    print('{"event":"ready"}', flush=True)
    for line in sys.stdin:
        print(json.dumps(run(out, ring, ring_text, json.loads(line)["seconds"])), flush=True)


def run(out: socket.socket, ring: mmap.mmap, text: bytes, seconds: float) -> dict:
    sent = 0
    cpu, began = time.process_time(), time.monotonic()
    while time.monotonic() - began < seconds:
        ring[:] = text
        out.send(b"")
        sent += FRAMES
    return {"sent": sent, "cpuS": time.process_time() - cpu}


main()
