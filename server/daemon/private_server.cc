// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/private_server.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <memory>
#include <optional>
#include <utility>

#include "api/dispatch.h"
#include "api/hello.h"
#include "base/guarded.h"
#include "base/log.h"
#include "base/site_files.h"
#include "config/config.h"
#include "daemon/site.h"
#include "protocol/json.h"
#include "protocol/wire.h"

namespace ww::daemon {

namespace {

/// A piece of a stream, from the job's thread to ours.
class Inbox {
   public:
    UniqueFd arrived;  // eventfd(2)

    void put(std::string piece) {
        piece_.with([&](auto& slot) { slot = std::move(piece); });
        const uint64_t one = 1;
        (void)!::write(arrived.get(), &one, sizeof one);
    }
    std::optional<std::string> take() {
        uint64_t count = 0;
        (void)!::read(arrived.get(), &count, sizeof count);
        return piece_.with([](auto& slot) { return std::exchange(slot, std::nullopt); });
    }

   private:
    Guarded<std::optional<std::string>> piece_;
};

Result<UniqueFd> event_fd() {
    UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!fd.valid()) return Error::from_errno(errno, "eventfd");
    return fd;
}

class Server {
   public:
    Server(UniqueFd fd, std::string config)
        : wire_(std::move(fd)),
          config_(std::move(config)),
          conf_(config::load_config(config_, config::Autodetect::On)) {}

    Result<void> run() {
        while (true) {
            WW_TRY(const std::optional<protocol::Head> head, wire_.read_head());
            if (!head) return {};
            WW_TRY(const std::string body, wire_.read_body(*head));
            // "POST /wwd/v1/… HTTP/1.1"
            std::string_view path = head->start_line;
            path.remove_prefix(std::min(path.find(' ') + 1, path.size()));
            path = path.substr(0, path.find(' '));
            caller_.command.clear();
            if (const std::string* command = head->find("wwctl-command"))
                caller_.take_command(*command);
            WW_TRY_VOID(answer(path, body));
        }
    }

   private:
    Result<void> answer(std::string_view path, const std::string& body) {
        if (path == protocol::route::SayHello::path) return send(greet(body));
        if (!conf_) return send(api::problem_reply(conf_.error()));
        if (!site_) site_.emplace(config_, *conf_, Site::Serves::Commands);
        // Notes go out as they come: the peer shows what a long command does.
        bool streaming = false;
        Result<void> sent;
        const api::Reply reply =
            api::dispatch(site_->api(), caller_, path, body, [&](const std::string& line) {
                std::string bytes;
                if (!streaming) bytes = stream_head();
                streaming = true;
                if (sent) sent = wire_.write(bytes + protocol::chunk(line));
            });
        WW_TRY_VOID(std::move(sent));
        if (!streaming && !reply.stream) return send(reply);
        if (!streaming) WW_TRY_VOID(wire_.write(stream_head()));
        if (reply.stream) return pass_on(*reply.stream);
        return wire_.write(protocol::chunk(reply.body) + protocol::chunk(""));
    }

    /// Waits for the stream and for the peer's end at once.
    Result<void> pass_on(http::BodySource& stream) {
        // Shared: who puts the last piece in may still be at it when we have read it.
        const auto inbox = std::make_shared<Inbox>();
        WW_TRY(inbox->arrived, event_fd());
        bool asked = false;
        bool hung_up = false;
        while (true) {
            if (!std::exchange(asked, true))
                stream.next([inbox](std::string piece) { inbox->put(std::move(piece)); });
            std::array<pollfd, 2> waits{
                {{inbox->arrived.get(), POLLIN, 0}, {hung_up ? -1 : wire_.fd(), POLLRDHUP, 0}}};
            if (::poll(waits.data(), waits.size(), -1) < 0) continue;  // EINTR
            if ((waits[1].revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) {
                hung_up = true;
                stream.hung_up();
            }
            const std::optional<std::string> piece = inbox->take();
            if (!piece) continue;
            asked = false;
            const Result<void> sent = wire_.write(protocol::chunk(*piece));
            // A peer that is gone has ended the job: that is waited for.
            if (piece->empty()) return sent;
        }
    }

    static std::string stream_head() {
        return head_of(200, "application/x-ndjson") + "Transfer-Encoding: chunked\r\n\r\n";
    }

    api::Reply greet(const std::string& body) const {
        if (!conf_) return api::problem_reply(conf_.error());
        const auto request = protocol::Json<protocol::route::SayHello>::read_request(body);
        if (!request) return api::problem_reply(request.error());
        const auto reply = api::welcome(config_, *conf_, *request);
        if (!reply) return api::problem_reply(reply.error());
        return {200,
                "application/x-ndjson",
                protocol::Json<protocol::route::SayHello>::reply_line(*reply) + "\n"};
    }

    static std::string head_of(int status, std::string_view type) {
        return fmt::format(
            "HTTP/1.1 {} {}\r\nContent-Type: {}\r\n", status, http::reason_phrase(status), type);
    }

    Result<void> send(const api::Reply& reply) {
        return wire_.write(head_of(reply.status, reply.content_type) +
                           fmt::format("Content-Length: {}\r\n\r\n", reply.body.size()) +
                           reply.body);
    }

    protocol::Wire wire_;
    std::string config_;
    api::Caller caller_ = api::Caller::itself();
    Result<config::WarewulfConf> conf_;
    std::optional<Site> site_;
};

}  // namespace

int serve_private(UniqueFd fd, const std::string& config_path) {
    // Ctrl-C at the prompt and the end of a terminal reach both of us; what they end is the peer's
    // to say, and its end ours. A write to one that is gone is an error, not a signal.
    for (const int signal : {SIGINT, SIGHUP, SIGPIPE}) (void)std::signal(signal, SIG_IGN);
    // The peer is told what fails, and shows it; a second voice on its stderr would only disturb.
    if (!log::enabled(log::Level::Debug)) log::set_level(log::Level::Error);
    Server server(std::move(fd), canonical_config(config_path));
    return server.run() ? 0 : 1;
}

}  // namespace ww::daemon
