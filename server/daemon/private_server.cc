// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/private_server.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <csignal>
#include <optional>
#include <utility>

#include "api/dispatch.h"
#include "api/hello.h"
#include "base/log.h"
#include "base/site_files.h"
#include "config/config.h"
#include "daemon/pass_on.h"
#include "daemon/site.h"
#include "fetch/wire.h"
#include "protocol/client.h"
#include "protocol/json.h"

namespace ww::daemon {

namespace {

class Server {
   public:
    Server(UniqueFd fd, std::string config)
        : wire_(std::move(fd)),
          config_(std::move(config)),
          conf_(config::load_config(config_, config::Autodetect::On)) {}

    Result<void> run() {
        while (true) {
            WW_TRY(const std::optional<fetch::Head> head, wire_.read_head());
            if (!head) break;
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
        if (site_ && site_->database().snapshot()->generation() != opened_) tell_daemon();
        return {};
    }

   private:
    // One that started meanwhile may have read nodes.conf as it was: it has looked again before
    // wwctl, which waits for our end, says that the change is made. None, or one that hears nobody,
    // reads it later.
    void tell_daemon() const {
        auto daemon = protocol::Client::connect(socket_file(site_->run_folder()));
        if (!daemon) return;
        constexpr timeval kPatience{.tv_sec = 10, .tv_usec = 0};
        (void)::setsockopt(daemon->fd(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
        (void)daemon->call(protocol::route::ServerState{}, {}, {});
    }

    Result<void> answer(std::string_view path, const std::string& body) {
        if (path == protocol::route::SayHello::path) return send(greet(body));
        if (!conf_) return send(api::problem_reply(conf_.error()));
        if (!site_) {
            site_.emplace(config_, *conf_, Site::Serves::Commands);
            opened_ = site_->database().snapshot()->generation();
        }
        // Notes go out as they come: the peer shows what a long command does.
        bool streaming = false;
        Result<void> sent;
        const api::Reply reply =
            api::dispatch(site_->api(), caller_, path, body, [&](const std::string& line) {
                std::string bytes;
                if (!streaming) bytes = stream_head();
                streaming = true;
                if (sent) sent = wire_.write(bytes + fetch::chunk(line));
            });
        WW_TRY_VOID(std::move(sent));
        if (!streaming && !reply.stream) return send(reply);
        if (!streaming) WW_TRY_VOID(wire_.write(stream_head()));
        if (reply.stream)
            return pass_on(
                *reply.stream,
                {{wire_.fd(), POLLRDHUP, [&] { reply.stream->hung_up(); }}},
                [this](const std::string& piece) { return wire_.write(fetch::chunk(piece)); });
        return wire_.write(fetch::chunk(reply.body) + fetch::chunk(""));
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

    fetch::Wire wire_;
    std::string config_;
    api::Caller caller_ = api::Caller::itself();
    Result<config::WarewulfConf> conf_;
    std::optional<Site> site_;
    uint64_t opened_ = 0;  // generation of the nodes that were there then
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
