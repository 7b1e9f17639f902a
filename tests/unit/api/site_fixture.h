// SPDX-License-Identifier: BSD-3-Clause
//
// A site in a temporary folder with the services handlers need, and calls on it.
#pragma once

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "access/token_file.h"
#include "api/handlers.h"
#include "boot/images.h"
#include "config/config.h"
#include "jobs/outside.h"
#include "jobs/registry.h"
#include "overlay/builder.h"
#include "protocol/json.h"
#include "store/database.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace ww::test {

class SiteFixture {
   public:
    enum class History { None, Kept };
    explicit SiteFixture(const std::string& nodes_conf = "nodeprofiles: {}\nnodes: {}\n",
                         History history = History::None) {
        REQUIRE(make_directories(root_ / "etc/warewulf"));
        REQUIRE(make_directories(root_ / "run"));
        write_nodes(nodes_conf);
        auto conf = config::parse_config(
            "ipaddr: 10.0.0.1\npaths:\n  sysconfdir: " + (root_ / "etc") +
                "\n  localstatedir: " + (root_ / "var") + "\n  datadir: " + (root_ / "share") +
                "\n  cachedir: " + (root_ / "cache") + "\n  wwoverlaydir: " + (root_ / "overlays") +
                "\n  wwchrootdir: " + (root_ / "chroots") +
                "\n  wwprovisiondir: " + (root_ / "provision") + "\n",
            "warewulf.conf",
            config::Autodetect::Off);
        REQUIRE(conf);
        conf_ = std::move(*conf);
        database_ = store::Database::open(conf_.paths.nodes_conf(),
                                          root_ / "run/lock",
                                          history == History::Kept ? root_ / "state" : "");
        images_ = std::make_unique<boot::NodeImages>(
            image::Images(conf_.paths.wwchrootdir, conf_.paths.wwprovisiondir));
        overlays_ = std::make_unique<overlay::Builder>(overlay::Builder::Environment{
            conf_,
            *images_,
            [](const nodes::Node&) { return std::string(); },
            [this](const nodes::Node& node) {
                const auto known = images_->architecture(node);
                return known ? std::string(to_string(*known)) : std::string();
            }});
        jobs_ =
            std::make_unique<jobs::Registry>(jobs::RegistryOptions{.holds = root_ / "run/jobs"});
        tokens_ = std::make_unique<access::TokenFile>(root_ / "state/tokens");
        site_ =
            std::make_unique<api::Site>(api::Site{.config = root_ / "etc/warewulf/warewulf.conf",
                                                  .conf = conf_,
                                                  .database = *database_,
                                                  .overlays = *overlays_,
                                                  .jobs = *jobs_,
                                                  .tokens = *tokens_});
    }

    const api::Site& site() const { return *site_; }
    /// As if it were a site with processes for its jobs.
    void work_outside(jobs::Outside& outside) { site_->outside = &outside; }
    const TempDir& root() const { return root_; }

    void write_nodes(const std::string& text) {
        REQUIRE(replace_file(root_ / "etc/warewulf/nodes.conf", text));
    }
    std::string nodes_conf() const { return *read_file(root_ / "etc/warewulf/nodes.conf"); }

    /// The answer of a route's handler; what it notes is in `notes`, "level: text" each.
#define WW_ASK(name, handler, path, access, request_type, reply, doc)       \
    Result<protocol::reply> ask(protocol::route::name,                      \
                                const protocol::request_type& request,      \
                                const api::Caller& caller = {true, true}) { \
        notes.clear();                                                      \
        api::Call call{*site_, caller, [this](const protocol::Note& note) { \
                           notes.push_back(note.level + ": " + note.text);  \
                       }};                                                  \
        return complete(api::handler(call, request));                       \
    }
    WW_ROUTES(WW_ASK)
#undef WW_ASK

    std::vector<std::string> notes;

   private:
    template <class Reply>
    static Result<Reply> complete(Result<Reply> answer) {
        return answer;
    }
    /// The first news.
    Result<protocol::StatusNews> complete(const Result<api::WatchAnswer>& answer) {
        if (!answer) return answer.error();
        std::promise<std::string> first;
        answer->stream->next([&](std::string piece) { first.set_value(std::move(piece)); });
        WW_TRY(const auto line,
               protocol::Json<protocol::route::NodeStatusWatch>::read_reply_line(
                   first.get_future().get()));
        return *line.reply;
    }
    /// Follows the job to its end.
    Result<protocol::JobReply> complete(const Result<api::JobAnswer>& answer) {
        if (!answer) return answer.error();
        if (!answer->wait) return api::detached_reply(*answer->job);
        jobs::Job::Watch watch(answer->job, /*keeps=*/true);
        while (true) {
            std::promise<jobs::Events> next;
            watch.next([&](jobs::Events events) { next.set_value(std::move(events)); });
            const jobs::Events events = next.get_future().get();
            for (const jobs::Note& note : events.notes)
                notes.push_back(note.level + ": " + note.text);
            if (events.end && events.end->error) return *events.end->error;
            if (events.end) return api::job_reply(*answer->job);
        }
    }

    TempDir root_;
    config::WarewulfConf conf_;
    std::unique_ptr<store::Database> database_;
    std::unique_ptr<boot::NodeImages> images_;
    std::unique_ptr<overlay::Builder> overlays_;
    std::unique_ptr<jobs::Registry> jobs_;
    std::unique_ptr<access::TokenFile> tokens_;
    std::unique_ptr<api::Site> site_;
};

}  // namespace ww::test
