// SPDX-License-Identifier: BSD-3-Clause
#include "api/status/watch.h"

#include <fmt/format.h>

#include <atomic>
#include <set>
#include <utility>

#include "api/handlers.h"
#include "api/status/ticker.h"
#include "config/config.h"
#include "nodes/hostlist.h"
#include "protocol/json.h"
#include "store/database.h"

namespace ww::api {

namespace {

using protocol::route::NodeStatusWatch;

// What becomes of news on their way, after whoever asked for them may be gone.
struct Wording {
    const Site& site;
    const std::set<std::string> chosen;  // names; all if `all`
    const bool all;
    const StatusForm form;
    std::atomic<bool> over{false};

    protocol::StatusNews to_protocol(StatusTicker::News news) const {
        protocol::StatusNews out{.mark = std::move(news.mark),
                                 .whole = news.whole,
                                 .update_interval = site.conf.warewulf.update_interval};
        if (const auto problem = site.database.problem()) out.problem = problem->describe();
        for (boot::LastSent& last : news.rows)
            if (all ? !last.node.empty() : chosen.contains(last.node))
                out.nodes.push_back({std::move(last.node),
                                     std::move(last.stage),
                                     std::move(last.sent),
                                     std::move(last.peer_address),
                                     last.unix_seconds});
        return out;
    }

    std::string text(StatusTicker::News news) const {
        const protocol::StatusNews told = to_protocol(std::move(news));
        if (form == StatusForm::Lines)
            return protocol::Json<NodeStatusWatch>::reply_line(told) + "\n";
        return fmt::format(
            "id: {}\ndata: {}\n\n", told.mark, protocol::Json<NodeStatusWatch>::reply(told));
    }
};

class StatusStream final : public http::BodySource {
   public:
    StatusStream(std::unique_ptr<StatusTicker::Watcher> watcher, std::shared_ptr<Wording> wording)
        : watcher_(std::move(watcher)), wording_(std::move(wording)) {}

    void next(std::function<void(std::string)> ready) override {
        if (wording_->over) return ready({});
        watcher_->next([wording = wording_, ready = std::move(ready)](StatusTicker::News news) {
            ready(wording->over || news.over ? std::string() : wording->text(std::move(news)));
        });
    }

    void hung_up() override {
        wording_->over = true;
        watcher_->wake();
    }

   private:
    const std::unique_ptr<StatusTicker::Watcher> watcher_;
    const std::shared_ptr<Wording> wording_;
};

}  // namespace

Result<WatchAnswer> watch_status(Call& call,
                                 const protocol::StatusWatchRequest& request,
                                 StatusForm form) {
    if (call.site.ticker == nullptr)
        return Error(ErrorCode::Unavailable,
                     "could not connect to Warewulf server: no wwd runs for this site");
    WW_TRY(const protocol::Names wanted, nodes::expand_selection(request.names));
    auto watcher = call.site.ticker->watch(request.since, call.caller.is_admin);
    if (watcher == nullptr)
        return Error(ErrorCode::Unavailable, "too many watch the status of nodes already")
            .with_hint("wwctl node status without --watch looks once");
    auto wording = std::make_shared<Wording>(call.site,
                                             std::set<std::string>(wanted.begin(), wanted.end()),
                                             request.names.empty(),
                                             form);
    return WatchAnswer{std::make_unique<StatusStream>(std::move(watcher), std::move(wording))};
}

Result<WatchAnswer> node_status_watch(Call& call, const protocol::StatusWatchRequest& request) {
    return watch_status(call, request, StatusForm::Lines);
}

}  // namespace ww::api
