// SPDX-License-Identifier: BSD-3-Clause
//
// What the two processes may say to each other, and its bytes. The front can ask, hand over a call
// of /api (its head, later its body, or that its client has gone), report what was sent, and say
// whether it got its ports and that it lives; the main process gives settings, answers, leave to
// read a body, another certificate, and the word to end. Nothing else has a code, so a front that
// was taken over has no other wish to utter.
//
// A packet of the socketpair holds frames back to back, and the descriptors of those that bring
// one, in order. Frame: length of what follows (u32), kind (u8), fields. Integers are
// little-endian; texts and lists have a length (u32) in front. Both ends are the same program, so
// there is no version. Decoding is strict: an unknown kind, a missing or superfluous byte or
// descriptor, or a value out of bounds is an error, after which the connection is useless.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "boot/ask.h"
#include "rest/head.h"

namespace ww::daemon {

/// Of one packet. A default UNIX socket takes several of them.
inline constexpr size_t kMaxPacketBytes = 64 << 10;
/// Descriptors of one packet; the kernel's own limit is 253 (SCM_MAX_FD).
inline constexpr size_t kMaxPacketFds = 128;
/// A longer body goes through a descriptor.
inline constexpr size_t kMaxInlineBody = 16 << 10;
/// Files that a front has at once to send pieces of (it needs a descriptor for each).
inline constexpr size_t kMaxSharedFiles = 512;

// ---- front to main ----

struct AskFrame {
    uint32_t id = 0;  // chosen by the front, not in use for another ask
    boot::Ask ask;
};
/// A call below /api, of which no byte of a body was read.
struct CallFrame {
    uint32_t id = 0;  // as those of asks
    rest::Head head;
};
/// The body that was asked for by a GoOnFrame.
struct CallBodyFrame {
    uint32_t id = 0;
    std::string text;  // of a short one
    UniqueFd file;     // a longer one: in memory, from its begin; invalid: none
    int64_t size = 0;  // of the file
};
/// Nobody waits for the answer of call `id` any more.
struct CallGoneFrame {
    uint32_t id = 0;
};
/// The body of answer `id`, which came in a file, has been handed out.
struct SentFrame {
    uint32_t id = 0;
    int64_t bytes = 0;
    bool complete = false;
};
/// The ports are open.
struct ReadyFrame {};
/// They are not; the front ends.
struct FailedFrame {
    std::string message;
};
/// The answer to a PingFrame, with its number.
struct PongFrame {
    uint32_t number = 0;
};
using FromFront = std::variant<AskFrame,
                               CallFrame,
                               CallBodyFrame,
                               CallGoneFrame,
                               SentFrame,
                               ReadyFrame,
                               FailedFrame,
                               PongFrame>;

// ---- main to front ----

/// A listening socket that came from the service manager.
struct PassedListener {
    UniqueFd fd;
    bool tls = false;
};
/// The first thing a front hears, and hears once.
struct SettingsFrame {
    uint16_t port = 0;        // 0: do not open it (a listener was passed)
    uint16_t tls_port = 0;    // the same
    std::string certificate;  // PEM; empty: no TLS
    std::string key;          // PEM
    uint32_t threads = 1;
    bool calls = false;               // hand over what is below /api
    std::vector<std::string> limits;  // assignments, see http::set_limit
    std::vector<PassedListener> listeners;
};
/// Part of a file that the front has.
struct PieceRef {
    uint32_t file = 0;  // as its ShareFrame has it; 0: the one that comes with the answer
    int64_t offset = 0;
    int64_t length = 0;
};
struct AnswerFrame {
    uint32_t id = 0;
    boot::Answer answer;      // `record` stays here: the front has no use for it
    bool is_resource = true;  // false: a long text that is in a file only for the journey
    /// What a FileBody consists of, at most boot::kMaxPieces; none: of its file from the start.
    std::vector<PieceRef> pieces;
    UniqueFd stream = {};  // in place of the body: the end of a pipe it comes out of
};
/// A file that several answers will have pieces of. It is passed once.
struct ShareFrame {
    uint32_t number = 0;  // not 0, not in use for another file
    UniqueFd fd;
};
/// No answer to come has a piece of that file.
struct ForgetFrame {
    uint32_t number = 0;
};
/// To call `id`: read its body, if it is no longer than that, and hand it over.
struct GoOnFrame {
    uint32_t id = 0;
    uint32_t limit = 0;  // bytes
};
/// For TLS connections from now on.
struct CertificateFrame {
    std::string certificate;  // PEM
    std::string key;          // PEM
};
/// Take no more connections, end when the last one has.
struct DrainFrame {};
/// Are you still at work?
struct PingFrame {
    uint32_t number = 0;
};
using FromMain = std::variant<SettingsFrame,
                              AnswerFrame,
                              ShareFrame,
                              ForgetFrame,
                              GoOnFrame,
                              CertificateFrame,
                              DrainFrame,
                              PingFrame>;

// ---- bytes ----

struct Packet {
    std::string bytes;
    std::vector<UniqueFd> fds;
};

/// Appends one frame. Descriptors are moved out of the frame.
void encode(const AskFrame& frame, std::string& out);
void encode(const CallFrame& frame, std::string& out);
void encode(CallBodyFrame&& frame, std::string& out, std::vector<UniqueFd>& fds);
void encode(const CallGoneFrame& frame, std::string& out);
void encode(const SentFrame& frame, std::string& out);
void encode(const ReadyFrame& frame, std::string& out);
void encode(const FailedFrame& frame, std::string& out);
void encode(SettingsFrame&& frame, std::string& out, std::vector<UniqueFd>& fds);
void encode(AnswerFrame&& frame, std::string& out, std::vector<UniqueFd>& fds);
void encode(ShareFrame&& frame, std::string& out, std::vector<UniqueFd>& fds);
void encode(const ForgetFrame& frame, std::string& out);
void encode(const GoOnFrame& frame, std::string& out);
void encode(const CertificateFrame& frame, std::string& out);
void encode(const DrainFrame& frame, std::string& out);
void encode(const PingFrame& frame, std::string& out);
void encode(const PongFrame& frame, std::string& out);

/// Takes frames out of a packet one after the other. Errors: InvalidArgument; the packet then is to
/// be dropped, with the connection.
class PacketReader {
   public:
    explicit PacketReader(Packet& packet) : packet_(packet), rest_(packet.bytes) {}

    /// Whether the packet has been read to its end.
    bool done() const { return rest_.empty() && next_fd_ == packet_.fds.size(); }
    Result<FromFront> next_from_front();
    Result<FromMain> next_from_main();

   private:
    UniqueFd take_fd();

    Packet& packet_;
    std::string_view rest_;
    size_t next_fd_ = 0;
};

}  // namespace ww::daemon
