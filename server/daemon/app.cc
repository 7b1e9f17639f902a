// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/app.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "api/dispatch.h"
#include "api/lacking.h"
#include "api/references.h"
#include "base/background.h"
#include "base/site_files.h"
#include "daemon/api_limits.h"
#include "daemon/file_watch.h"
#include "daemon/front_process.h"
#include "daemon/jobs/job_processes.h"
#include "daemon/jobs/network.h"
#include "daemon/memory.h"
#include "daemon/network_api.h"
#include "daemon/server_certificate.h"
#include "daemon/service_manager.h"
#include "daemon/site.h"
#include "daemon/site_lock.h"
#include "http/server.h"
#include "http/work_pool.h"
#include "image/image.h"
#include "image/leftovers.h"
#include "nodes/hostlist.h"
#include "overlay/leftovers.h"

namespace ww::daemon {

namespace {

using namespace std::chrono_literals;

constexpr int kExitFailed = 255;

// Answers that have to wait for an overlay or for the disk. A storm queues here; one ask per
// connection. Discovery and status have threads of their own: overlays may take long.
constexpr size_t kAnswerQueue = 64 << 10;
size_t render_threads() { return std::max(4u, std::thread::hardware_concurrency()); }
constexpr size_t kAnswerThreads = 2;

// The API has threads of its own, so that an image build never keeps nodes waiting.
constexpr size_t kApiThreads = 4;
constexpr size_t kApiQueue = 256;
// After which nobody waits for a thread, and tidying up is in nobody's way.
constexpr auto kLull = std::chrono::milliseconds(200);

constexpr size_t kGuestThreads = 2;
constexpr size_t kGuestQueue = 128;

// For jobs that still run when everything else has ended.
constexpr auto kLastPatience = 1s;
// A cancelled import removes what it has copied.
constexpr auto kJobPatience = 10s;

// Io threads of the front; sending files is all they do, and four saturate 100 Gbit/s.
uint32_t front_threads() { return std::clamp(std::thread::hardware_concurrency(), 1u, 4u); }

// Everybody may connect: who may do what is decided by the credentials of the peer.
constexpr mode_t kApiSocketMode = 0666;

class ServiceAnswers final : public Answers {
   public:
    explicit ServiceAnswers(boot::Service& service) : service_(service) {}
    void read_ahead(std::span<const boot::Ask> asks) override { service_.read_ahead(asks); }
    std::optional<boot::Answer> at_once(const boot::Ask& ask) override {
        return service_.answer_at_once(ask);
    }
    std::optional<boot::Answer> answer(const boot::Ask& ask,
                                       const std::function<void()>& again) override {
        return service_.answer(ask, again);
    }
    void sent(const boot::Record& record) override { service_.sent(record); }

   private:
    boot::Service& service_;
};

// What the front needs to open its ports.
struct Ports {
    std::vector<NamedSocket> passed;  // kept, so that a second front gets them, too
    CertificateFrame tls;             // empty: no TLS
};

// Each transfer needs a socket and a file.
void raise_file_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

class App {
   public:
    App(const Options& options, config::WarewulfConf conf)
        : options_(options),
          job_processes_(options.job_socket,
                         options.job_arguments(),
                         options.all_limits().job_end,
                         [this] { clear_leftovers(); }),
          site_(canonical_config(options.config),
                std::move(conf),
                Site::Serves::Nodes,
                {.outside = &job_processes_},
                options.renders),
          answers_(site_.boot()),
          render_pool_(render_threads(), kAnswerQueue, {kLull, [this] { tidy(); }}),
          answer_pool_(kAnswerThreads, kAnswerQueue, {kLull, [this] { tidy(); }}),
          api_pool_(kApiThreads,
                    kApiQueue,
                    {kLull, [this] { tidy(); }},
                    http::WorkPool::Runs::BesideAnswers),
          signals_(context_, SIGTERM, SIGINT, SIGHUP),
          watch_(context_, conf_.paths.nodes_conf(), [this] { reload("the file changed"); }) {}

    // Everything that can fail before the first node is served.
    Result<void> start() {
        WW_TRY(lock_, lock_site(site_.run_folder()));
        for (const yaml::Warning& warning : conf_.warnings)
            log::warn("config.warning {}", warning.to_string());
        // Before nodes.conf is looked at for the last time: who changes it after that wakes us, or
        // finds the API to say so (private_server.cc).
        ports_.passed = sockets_from_service_manager();
        WW_TRY_VOID(start_api());
        if (const auto outcome = watch_.start(); !outcome)
            log::warn("store.watch changes of nodes.conf need a SIGHUP: {}",
                      outcome.error().describe());
        (void)database_.reload();
        if (!database_.problem()) (void)record_hand_edit();
        report_nodes();
        rejected_ = database_.problem().has_value();
        (void)api_pool_.submit([this] { report_references(); });
        for (const std::string& lacking : api::what_is_lacking(site_.api()))
            log::warn("site.lacking {}", lacking);
        clear_leftovers();
        // What it used may be much: the pool tidies up after work, be it none.
        site_.jobs().when_one_ends([this] { (void)api_pool_.submit([] {}); });
        if (conf_.warewulf.tls()) {
            WW_TRY(ports_.tls, read_certificate_files(tls_folder()));
        }
        watch_certificate();
        wait_for_signal();
        if (const auto interval = watchdog_interval()) show_life(*interval / 3);
        if (conf_.api.enabled())
            network_api_.emplace(site_.api(), http::WorkPool::Lull{kLull, [this] { tidy(); }});
        front_.emplace(
            context_,
            answers_,
            AnswerPools{.renderings = render_pool_, .others = answer_pool_},
            network_api_ ? &network_api_->calls() : nullptr,
            [this] { return front_settings(); },
            options_.front_socket,
            options_.level_arguments(),
            FrontProcess::Events{.ready = [this] { ready(); },
                                 .failed = [this](const std::string& why) { failed(why); }});
        return front_->start();
    }

    int run() {
        answer_promptly();
        context_.run();
        // The next one cannot start before we have ended: the lock is still ours.
        if (!own_socket_.empty()) (void)::unlink(own_socket_.c_str());
        if (front_) front_->kill();
        // Whatever writes files writes them aside and renames: of work that is cut off nothing is
        // left that looks whole, and the next start clears it away.
        site_.jobs().cancel_all("wwd ends");
        if (!render_pool_.close(kLastPatience) || !answer_pool_.close(kLastPatience) ||
            !api_pool_.close(kLastPatience) || !guest_pool_.close(kLastPatience) ||
            (network_api_ && !network_api_->close(kLastPatience)) ||
            !site_.jobs().close(kJobPatience)) {
            log::warn("stop.cut_off work under way");
            std::_Exit(exit_status_);
        }
        return exit_status_;
    }

   private:
    // Of builds and jobs that a killed wwd had under way. A large tree takes a while.
    void clear_leftovers() {
        (void)api_pool_.submit(
            [images = image::Images(conf_.paths.wwchrootdir, conf_.paths.wwprovisiondir),
             overlays = site_.api().overlays.folders(),
             content = content_folder(state_folder(conf_.paths.localstatedir)),
             holds = job_holds_folder(site_.run_folder())] {
                overlay::clear_leftovers(overlays);
                image::clear_leftovers(images, content);
                jobs::clear_holds(holds);
            });
    }

    Result<void> start_api() {
        http::ServerOptions options;
        options.limits = api_limits();
        options.keep_bodies = true;
        options.handler = http::on_pool(api_pool_, api::handler(site_.api()));
        options.guests = {
            .are = [](const http::Peer& peer) { return !api::may_administer(peer.credentials); },
            .limits = guest_limits(),
            .handler = http::on_pool(guest_pool_, api::handler(site_.api()))};
        api_.emplace(std::vector<asio::io_context*>{&context_}, std::move(options));
        for (NamedSocket& socket : ports_.passed) {
            if (socket.name != "api") continue;
            api_->accept_from(std::move(socket.fd));
            return {};
        }
        const std::string path = socket_file(site_.run_folder());
        WW_TRY(UniqueFd listener, http::listen_unix(path, kApiSocketMode));
        own_socket_ = path;
        api_->accept_from(std::move(listener));
        return {};
    }

    SettingsFrame front_settings() const {
        SettingsFrame settings;
        settings.port = static_cast<uint16_t>(conf_.warewulf.port);
        settings.tls_port =
            conf_.warewulf.tls() ? static_cast<uint16_t>(conf_.warewulf.tls_port) : 0;
        settings.certificate = ports_.tls.certificate;
        settings.key = ports_.tls.key;
        settings.threads = front_threads();
        settings.calls = conf_.api.enabled();
        for (const NamedSocket& socket : ports_.passed) {
            if (socket.name != "http" && socket.name != "https") continue;
            const bool tls = socket.name == "https";
            (tls ? settings.tls_port : settings.port) = 0;
            UniqueFd copy(::fcntl(socket.fd.get(), F_DUPFD_CLOEXEC, 3));
            if (copy.valid()) settings.listeners.push_back({std::move(copy), tls});
        }
        // wwclient comes back after its interval on the same source port; see Limits::idle.
        const auto idle = std::max<std::chrono::seconds>(
            300s,
            std::chrono::seconds(std::min<int64_t>(conf_.warewulf.update_interval, 86400)) + 60s);
        settings.limits.push_back(fmt::format("idle={}s", idle.count()));
        settings.limits.insert(
            settings.limits.end(), options_.limits.begin(), options_.limits.end());
        return settings;
    }

    void ready() {
        log::info("ready port={} tls_port={} nodes={} config={}",
                  conf_.warewulf.port,
                  conf_.warewulf.tls() ? conf_.warewulf.tls_port : 0,
                  database_.snapshot()->nodes().size(),
                  site_.config());
        notify_ready();
    }

    void failed(const std::string& why) {
        log::error("front.start {}", why);
        exit_status_ = kExitFailed;
        context_.stop();
    }

    // ---- reload ----

    void report_nodes() const {
        for (const yaml::Warning& warning : database_.snapshot()->warnings())
            log::warn("store.warning {}", warning.to_string());
        if (const auto problem = database_.problem())
            log::error("store.rejected {}; nodes.conf is not in use until this is mended",
                       problem->describe());
    }

    // Looks at images and overlays, too: on a worker.
    void report_references() const {
        constexpr size_t kLines = 20;
        for (const std::string& line :
             api::odd_references(site_.api(), *database_.snapshot(), kLines))
            log::warn("store.warning {}", line);
    }

    // Also what happened while no daemon ran. True if nodes.conf was edited by hand.
    bool record_hand_edit() {
        const auto recorded = database_.record();
        if (!recorded) {
            log::warn("store.record {}", recorded.error().describe());
            return false;
        }
        if (!*recorded) return false;
        const store::Revision& edit = **recorded;
        std::vector<std::string> dropped;
        for (const store::EntryChange& entry : edit.entries)
            if (entry.id.is_node() && !entry.after) dropped.push_back(entry.id.name);
        log::info("store.edited entries={} revision={} by hand", edit.entries.size(), edit.number);
        if (!dropped.empty())
            log::warn(
                "store.dropped {} nodes are gone from nodes.conf by an edit by hand: {}; "
                "wwctl undo {} brings them back",
                dropped.size(),
                nodes::compress_hostlist(dropped),
                edit.number);
        return true;
    }

    void reload(const char* why) {
        // One waits at most: it will see whatever was written before it runs.
        if (reload_waits_.exchange(true)) return;
        notify_reloading();
        const bool taken = api_pool_.submit([this, why] {
            reload_waits_ = false;
            const bool asked = reload_asked_.exchange(false);
            const auto changed = database_.reload();
            site_.boot().reloaded(asked || (changed && *changed));
            const bool by_hand = changed && record_hand_edit();
            const bool mended = rejected_.exchange(!changed) && changed;
            if (mended)
                log::info("store.mended nodes.conf is in use again nodes={}",
                          database_.snapshot()->nodes().size());
            if (!changed) {
                log::error("store.rejected {}; the nodes read before stay in use",
                           changed.error().describe());
            } else if (*changed || by_hand) {
                report_nodes();
                log::info("store.reloaded nodes={} because {}",
                          database_.snapshot()->nodes().size(),
                          why);
            }
            notify_ready();
            // Whoever waits for the reload does not wait for this.
            if (changed && (*changed || by_hand)) report_references();
        });
        if (!taken) {
            reload_waits_ = false;
            log::warn("store.reload put off: too much to do");
        }
    }

    // ---- TLS ----

    std::string tls_folder() const { return conf_.paths.sysconfdir + "/warewulf/tls"; }

    void watch_certificate() {
        if (!conf_.warewulf.tls()) return;
        tls_watch_.emplace(context_, tls_folder(), [this] { reload_certificate(); });
        if (const auto outcome = tls_watch_->start(); !outcome)
            log::warn("tls.watch another certificate needs a SIGHUP: {}",
                      outcome.error().describe());
    }

    // Whether TLS is spoken at all is decided at the start.
    void reload_certificate() {
        if (!conf_.warewulf.tls()) return;
        const bool taken = api_pool_.submit([this, folder = tls_folder()] {
            auto fresh = read_certificate_files(folder);
            if (!fresh) {
                log::error("tls.rejected {}; the certificate before stays in use",
                           fresh.error().describe());
                return;
            }
            asio::post(context_, [this, fresh = std::move(*fresh)]() mutable {
                take_certificate(std::move(fresh));
            });
        });
        if (!taken) log::warn("tls.reload put off: too much to do");
    }

    void take_certificate(CertificateFrame fresh) {
        if (fresh.certificate == ports_.tls.certificate && fresh.key == ports_.tls.key) return;
        ports_.tls = std::move(fresh);
        front_->send(ports_.tls);
        log::info("tls.reloaded connections from now on get the new certificate");
    }

    void tidy() {
        database_.forget_previous();
        spare_memory_.give_back();
    }

    // From the loop that everything passes: when it stands still, so does the service. The front
    // has a pulse of its own.
    void show_life(std::chrono::microseconds every) {
        notify_alive();
        watchdog_.expires_after(every);
        watchdog_.async_wait([this, every](const http::error_code& cancelled) {
            if (!cancelled) show_life(every);
        });
    }

    // ---- end ----

    void wait_for_signal() {
        signals_.async_wait([this](const http::error_code& error, int signal) {
            if (error) return;
            if (signal == SIGHUP) {
                reload_asked_ = true;
                reload("of a SIGHUP");
                reload_certificate();
            } else if (stopping_) {
                context_.stop();  // the second time: at once
                return;
            } else {
                stop(signal);
            }
            wait_for_signal();
        });
    }

    void stop(int signal) {
        stopping_ = true;
        const http::Limits limits = options_.all_limits();
        log::info("stopping because of signal {}; transfers have {} s to finish",
                  signal,
                  std::chrono::duration_cast<std::chrono::seconds>(limits.drain).count());
        notify_stopping();
        site_.stop("wwd ends");
        const auto one_ended = [this] {
            if (++ended_ == 2) context_.stop();
        };
        front_->stop(limits.drain + 1s, one_ended);
        api_->drain(one_ended);
        drain_ends_.expires_after(limits.drain + 2s);
        drain_ends_.async_wait([this](const http::error_code&) { context_.stop(); });
    }

    const Options options_;
    JobProcesses job_processes_;
    Site site_;
    const config::WarewulfConf& conf_ = site_.conf();
    store::Database& database_ = site_.database();
    std::optional<LockFile> lock_;
    Ports ports_;
    ServiceAnswers answers_;
    SpareMemory spare_memory_;
    asio::io_context context_{1};
    http::WorkPool render_pool_;
    http::WorkPool answer_pool_;
    http::WorkPool api_pool_;
    http::WorkPool guest_pool_{kGuestThreads,
                               kGuestQueue,
                               {kLull, [this] { (void)api_pool_.submit([] {}); }},
                               http::WorkPool::Runs::BesideAnswers};
    std::optional<NetworkApi> network_api_;
    std::optional<http::Server> api_;
    std::string own_socket_;  // its file, if we made it
    asio::signal_set signals_;
    FileWatch watch_;
    std::optional<CertificateWatch> tls_watch_;
    std::optional<FrontProcess> front_;
    std::atomic<bool> reload_waits_{false};
    std::atomic<bool> reload_asked_{false};  // by an administrator
    std::atomic<bool> rejected_{false};      // nodes.conf, when it was looked at last
    bool stopping_ = false;
    asio::steady_timer drain_ends_{context_};
    asio::steady_timer watchdog_{context_};
    std::atomic<int> ended_{0};  // of the front and the API
    int exit_status_ = 0;
};

int fail(const Error& error) {
    fmt::print(stderr, "wwd: {}\n", error.describe());
    return kExitFailed;
}

}  // namespace

int run_main(const Options& options) {
    ::umask(022);
    raise_file_limit();
    keep_allocation_even();
    JobProcesses asked(
        options.job_socket, options.job_arguments(), options.all_limits().job_end, [] {});
    // Whoever has processes started by connections has no network, or need not.
    const bool alone = options.job_socket.empty();
    auto conf = alone ? config::load_config(options.config, config::Autodetect::On)
                      : load_config_by(asked, options.config);
    if (!conf) return fail(conf.error());
    if (!alone) look_hosts_up_by(asked);
    App app(options, std::move(*conf));
    if (const auto outcome = app.start(); !outcome) return fail(outcome.error());
    return app.run();
}

}  // namespace ww::daemon
