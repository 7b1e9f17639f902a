// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/front.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <list>
#include <thread>

#include "base/background.h"
#include "base/log.h"
#include "boot/request.h"
#include "daemon/arp_table.h"
#include "daemon/link/front_link.h"
#include "daemon/lockdown.h"
#include "daemon/service_manager.h"
#include "http/server.h"
#include "http/transport.h"
#include "http/work_pool.h"
#include "rest/head.h"

namespace ww::daemon {

namespace {

// Threads that read files into memory for the io threads, and how many such reads may wait; when
// there are more, an io thread waits for the disk itself.
constexpr size_t kWarmingThreads = 8;
constexpr size_t kWarmingQueue = 4096;

constexpr int kFrontFailed = 1;

struct OpenPort {
    UniqueFd fd;
    std::shared_ptr<http::TlsContext> tls;
};

Result<std::vector<OpenPort>> open_ports(SettingsFrame& settings,
                                         const std::shared_ptr<http::TlsContext>& tls) {
    std::vector<OpenPort> ports;
    for (PassedListener& listener : settings.listeners)
        ports.push_back({std::move(listener.fd), listener.tls ? tls : nullptr});
    if (settings.port != 0) {
        WW_TRY(UniqueFd fd, http::listen_tcp(settings.port));
        ports.push_back({std::move(fd), nullptr});
    }
    if (settings.tls_port != 0 && tls) {
        WW_TRY(UniqueFd fd, http::listen_tcp(settings.tls_port));
        ports.push_back({std::move(fd), tls});
    }
    return ports;
}

Result<SettingsFrame> receive_settings(int channel) {
    WW_TRY(Packet packet, receive_packet(channel));
    PacketReader reader(packet);
    WW_TRY(FromMain frame, reader.next_from_main());
    auto* settings = std::get_if<SettingsFrame>(&frame);
    if (settings == nullptr || !reader.done())
        return Error(ErrorCode::InvalidArgument, "the main process did not begin with settings");
    return std::move(*settings);
}

http::Reply not_found() { return http::text_reply(404, "404 page not found\n"); }

void hand_over(FrontLink& link, const http::Request& request, http::Responder respond) {
    auto head = rest::parse_head(request);
    if (head) return link.call(std::move(*head), std::move(respond));
    if (head.error().code() == ErrorCode::NotFound) return respond(not_found());
    respond({head.error().code() == ErrorCode::TooLarge ? 431 : 400, {}, {}, {}});
}

// The routes: what is no question for the main process is answered here.
void handle(FrontLink& link, ArpTable& arp, const http::Request& request, http::Responder respond) {
    const boot::Target target{.target = request.target,
                              .peer_address = request.peer.address,
                              .peer_port = request.peer.port,
                              .tls = request.peer.tls};
    auto ask =
        boot::parse_request(target, [&](std::string_view address) { return arp.find(address); });
    if (ask) return link.ask(std::move(*ask), std::move(respond));
    if (ask.error().code() == ErrorCode::NotFound) return respond(not_found());
    // dracut pipes a body into gzip whatever the status: errors of boot routes have none.
    respond({400, {}, {}, {}});
}

// A connection needs its socket and the file it is being sent, or what is its own of that; what
// answers have in common is open once. Running out would not only refuse a connection: a file that
// finds no descriptor breaks the channel.
size_t connections_we_can_hold() {
    constexpr rlim_t kOthers = 128 + kMaxSharedFiles;
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return kOthers / 8;
    if (limit.rlim_cur < 2 * kOthers) return static_cast<size_t>(limit.rlim_cur / 8);
    return static_cast<size_t>((limit.rlim_cur - kOthers) / 2);
}

// The event loops, one thread each.
class Loops {
   public:
    Loops(asio::io_context& first, size_t count) : first_(first) {
        for (size_t i = 1; i < count; ++i) rest_.emplace_back(/*concurrency_hint=*/1);
    }
    std::vector<asio::io_context*> all() {
        std::vector<asio::io_context*> out{&first_};
        for (auto& context : rest_) out.push_back(&context);
        return out;
    }
    void run() {
        std::vector<std::thread> threads;
        std::vector<asio::executor_work_guard<http::Executor>> guards;
        for (asio::io_context* context : all()) guards.push_back(asio::make_work_guard(*context));
        for (auto& context : rest_)
            threads.emplace_back([&context] {
                answer_promptly();
                context.run();
            });
        answer_promptly();
        first_.run();
        for (std::thread& thread : threads) thread.join();
    }
    void stop() {
        for (asio::io_context* context : all()) context->stop();
    }

   private:
    asio::io_context& first_;
    std::list<asio::io_context> rest_;
};

void show_life(const LifeLine& life, asio::steady_timer& timer) {
    life.show();
    timer.expires_after(life.interval() / 3);
    timer.async_wait([life = &life, next = &timer](const http::error_code& cancelled) {
        if (!cancelled) show_life(*life, *next);
    });
}

Result<void> serve(UniqueFd channel_fd,
                   const SettingsFrame& settings,
                   std::vector<OpenPort> ports,
                   const std::shared_ptr<http::TlsContext>& tls,
                   ArpTable& arp,
                   const std::optional<LifeLine>& life) {
    http::ServerOptions options;
    for (const std::string& limit : settings.limits) {
        WW_TRY_VOID(http::set_limit(options.limits, limit));
    }
    options.limits.connections = std::min(options.limits.connections, connections_we_can_hold());
    asio::io_context context(/*concurrency_hint=*/1);
    Loops loops(context, std::clamp<size_t>(settings.threads, 1, 64));
    http::WorkPool warming(kWarmingThreads, kWarmingQueue);
    const auto link =
        std::make_shared<FrontLink>(std::make_shared<Channel>(context, std::move(channel_fd)));
    options.pool = &warming;
    if (settings.calls) options.asks_first = rest::is_call;
    options.handler = [&link = *link, &arp, calls = settings.calls](const http::Request& request,
                                                                    http::Responder respond) {
        if (calls && rest::is_call(request.target))
            hand_over(link, request, std::move(respond));
        else
            handle(link, arp, request, std::move(respond));
    };
    const auto drain_time = options.limits.drain;
    http::Server server(loops.all(), std::move(options));
    for (OpenPort& port : ports) server.accept_from(std::move(port.fd), std::move(port.tls));

    // All of it is used within loops.run() only.
    asio::steady_timer drain_ends(context);
    const auto cut_off = [&server, &loops, drain_time](const http::error_code& cancelled) {
        if (cancelled) return;
        log::warn("stop.cut_off {} transfers after {} s",
                  server.connections(),
                  std::chrono::duration_cast<std::chrono::seconds>(drain_time).count());
        loops.stop();
    };
    const auto drain = [&server, &loops, &drain_ends, &cut_off, drain_time] {
        server.drain([&loops] { loops.stop(); });
        drain_ends.expires_after(drain_time);
        drain_ends.async_wait(cut_off);
    };
    const auto take_certificate = [&tls](const CertificateFrame& frame) {
        if (!tls) return;
        if (const auto taken = tls->replace(frame.certificate, frame.key); !taken)
            log::error("tls.rejected {}; the certificate before stays in use",
                       taken.error().describe());
    };
    asio::steady_timer next_sign(context);
    if (life) show_life(*life, next_sign);
    link->start({drain, take_certificate});
    link->report_ready();
    loops.run();
    return {};
}

void tell_failure(int channel, const Error& error) {
    std::string bytes;
    encode(FailedFrame{error.describe()}, bytes);
    (void)!::write(channel, bytes.data(), bytes.size());
}

// When memory runs out, the process that can be replaced is the one to go.
void go_first() {
    const UniqueFd fd(::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
    if (fd.valid()) (void)write_all(fd.get(), "500", "oom_score_adj");
}

}  // namespace

int run_front(UniqueFd channel) {
    ::prctl(PR_SET_NAME, "wwd-front");  // was started as /proc/self/exe
    // The main process decides when to end; a Ctrl-C of the terminal reaches both.
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_IGN);
    go_first();
    const int fd = channel.get();
    enlarge_buffer(fd);
    const std::optional<LifeLine> life = LifeLine::open();
    const auto fail = [fd](const Error& error) {
        tell_failure(fd, error);
        return kFrontFailed;
    };
    if (auto outcome = give_up_root(); !outcome) return fail(outcome.error());
    auto settings = receive_settings(fd);
    if (!settings) return fail(settings.error());
    std::shared_ptr<http::TlsContext> tls;
    if (!settings->certificate.empty()) {
        auto made = http::TlsContext::create(settings->certificate, settings->key);
        if (!made) return fail(made.error());
        tls = std::move(*made);
    }
    auto ports = open_ports(*settings, tls);
    if (!ports) return fail(ports.error());
    ArpTable arp;
    if (auto outcome = seal(); !outcome) return fail(outcome.error());
    if (auto outcome = serve(std::move(channel), *settings, std::move(*ports), tls, arp, life);
        !outcome) {
        log::error("front.failed {}", outcome.error().describe());
        return kFrontFailed;
    }
    return 0;
}

}  // namespace ww::daemon
