// SPDX-License-Identifier: BSD-3-Clause
//
// Any bytes as a packet between front and main process, in both directions: refused, or frames that
// are written with the same bytes again. The first byte tells how many descriptors come along.
#include <fcntl.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/check.h"
#include "daemon/link/wire.h"

namespace {

using ww::daemon::Packet;
using ww::daemon::PacketReader;

Packet packet_of(const uint8_t* data, size_t size) {
    Packet packet;
    for (int i = 0; i < data[0] % 4; ++i)
        packet.fds.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    packet.bytes.assign(reinterpret_cast<const char*>(data) + 1, size - 1);
    return packet;
}

template <class Frame>
void encode_any(Frame&& frame, std::string& out, std::vector<ww::UniqueFd>& fds) {
    if constexpr (requires { ww::daemon::encode(std::move(frame), out, fds); })
        ww::daemon::encode(std::move(frame), out, fds);
    else
        ww::daemon::encode(frame, out);
}

template <class Next>
void check_direction(Packet packet, Next next) {
    const std::string bytes = packet.bytes;
    const size_t descriptors = packet.fds.size();
    PacketReader reader(packet);
    Packet again;
    while (!reader.done()) {
        auto frame = next(reader);
        if (!frame) return;
        std::visit([&](auto&& one) { encode_any(std::move(one), again.bytes, again.fds); },
                   std::move(*frame));
    }
    WW_CHECK(again.bytes == bytes, "a packet is written otherwise than it was read");
    WW_CHECK(again.fds.size() == descriptors, "a descriptor went astray");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0 || size > ww::daemon::kMaxPacketBytes) return 0;
    check_direction(packet_of(data, size),
                    [](PacketReader& reader) { return reader.next_from_front(); });
    check_direction(packet_of(data, size),
                    [](PacketReader& reader) { return reader.next_from_main(); });
    return 0;
}
