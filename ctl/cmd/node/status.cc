// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl node status: what each node asked for last, once or again and again.
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "ctl/cmd/handlers.h"
#include "ctl/json.h"

namespace ww::ctl::cmd {

namespace {

using protocol::NodeStatus;

constexpr size_t kWidth = 80;
constexpr size_t kUsualHeight = 24;
/// Lines of the screen that are not nodes: heading, rule, "...", prompt.
constexpr size_t kOtherLines = 4;

std::string stage_name(const std::string& stage) {
    constexpr std::pair<std::string_view, std::string_view> kNames[] = {
        {"efiboot", "EFI"}, {"system", "SYSTEM OVERLAY"}, {"runtime", "RUNTIME OVERLAY"}};
    for (const auto& [word, name] : kNames)
        if (stage == word) return std::string(name);
    std::string upper = stage;
    for (char& c : upper)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return upper;
}

/// Red: missed two polls; yellow: late; grey: never seen.
int colour_of(const NodeStatus& node, int64_t now, int64_t interval) {
    constexpr int64_t kGrace = 5;
    constexpr int kRed = 31, kYellow = 33, kGrey = 90;
    if (node.last_seen == 0) return kGrey;
    const int64_t age = now - node.last_seen;
    if (age >= 2 * interval) return kRed;
    return age >= interval + kGrace ? kYellow : 0;
}

void order(std::vector<NodeStatus>& nodes, const FlagValues& flags) {
    if (flags.is_true("last"))
        std::stable_sort(nodes.begin(), nodes.end(), [](const NodeStatus& a, const NodeStatus& b) {
            return a.last_seen > b.last_seen;
        });
    else if (flags.is_true("reverse"))
        std::reverse(nodes.begin(), nodes.end());
}

/// Those that the flags ask for, in their order.
void choose(std::vector<NodeStatus>& nodes, const FlagValues& flags) {
    const int64_t now = std::time(nullptr);
    std::erase_if(nodes, [&](const NodeStatus& node) {
        const bool never = node.last_seen == 0;
        if (flags.is_true("unknown")) return !never;
        return flags.given("time") && !never && now - node.last_seen < flags.number("time");
    });
    order(nodes, flags);
}

std::string format_status(const protocol::StatusReply& reply, size_t height) {
    const std::vector<NodeStatus>& nodes = reply.nodes;
    const int64_t now = std::time(nullptr);
    const bool colours = colours_wanted();
    std::string out =
        fmt::format("{:<20} {:<20} {:<25} {:<10}\n", "NODENAME", "STAGE", "SENT", "LASTSEEN (s)");
    out += std::string(kWidth, '=') + "\n";
    for (size_t i = 0; i < nodes.size(); ++i) {
        if (height > 0 && i + kOtherLines >= height) return out + "... ";
        const NodeStatus& node = nodes[i];
        const bool never = node.last_seen == 0;
        const std::string line =
            fmt::format("{:<20} {:<20} {:<25} {:<10}",
                        node.name,
                        never ? "--" : stage_name(node.stage),
                        never || node.sent.empty() ? "--" : node.sent,
                        never ? "--" : fmt::to_string(std::max<int64_t>(now - node.last_seen, 0)));
        const int colour = colours ? colour_of(node, now, reply.update_interval) : 0;
        out += colour != 0 ? fmt::format("\x1b[{}m{}\x1b[0m\n", colour, line) : line + "\n";
    }
    return out;
}

size_t terminal_height() {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0) return size.ws_row;
    return kUsualHeight;
}

/// What the server tells while it is watched.
class Followed {
   public:
    /// Calls `draw` with what is known, again and again; returns when the server goes.
    Result<void> run(Context& context,
                     std::chrono::milliseconds pause,
                     const std::function<void(protocol::StatusReply)>& draw) {
        WW_TRY_VOID(context.connect());
        std::thread reader([&] {
            const auto ended = context.session().watch(
                protocol::route::NodeStatusWatch{},
                {.names = context.arguments()},
                [this](protocol::StatusNews news) { take(std::move(news)); });
            end(ended ? Error(ErrorCode::Unavailable, "the server has ended") : ended.error());
        });
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return known_ || ended_; });
        while (!ended_) {
            protocol::StatusReply now = reply();
            lock.unlock();
            draw(std::move(now));
            lock.lock();
            // Ages grow also when nothing happens.
            changed_.wait_for(lock, pause, [this] { return ended_.has_value(); });
        }
        lock.unlock();
        reader.join();
        return *ended_;
    }

   private:
    void take(protocol::StatusNews news) {
        const std::lock_guard lock(mutex_);
        if (news.whole) nodes_.clear();
        for (NodeStatus& node : news.nodes) nodes_[node.name] = std::move(node);
        interval_ = news.update_interval;
        problem_ = std::move(news.problem);
        known_ = true;
        changed_.notify_all();
    }
    void end(const Error& why) {
        const std::lock_guard lock(mutex_);
        ended_ = why;
        changed_.notify_all();
    }
    protocol::StatusReply reply() const {
        protocol::StatusReply reply;
        for (const auto& [name, node] : nodes_) reply.nodes.push_back(node);
        reply.update_interval = interval_;
        reply.problem = problem_;
        return reply;
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, NodeStatus> nodes_;
    int64_t interval_ = 0;
    std::string problem_;
    bool known_ = false;
    std::optional<Error> ended_;
};

void show(Context& context, protocol::StatusReply reply, size_t height) {
    choose(reply.nodes, context.flags());
    if (!reply.problem.empty())
        context.output().message(
            Level::Warn,
            fmt::format("nodes.conf is not in use until this is mended: {}", reply.problem));
    context.output().print(format_status(reply, height));
}

}  // namespace

Result<int> node_status(Context& context) {
    const FlagValues& flags = context.flags();
    if (flags.is_true("watch") && !flags.is_true("json")) {
        const auto draw = [&](protocol::StatusReply reply) {
            context.output().print("\x1b[H\x1b[2J");
            show(context, std::move(reply), terminal_height());
            context.output().flush();
        };
        const std::chrono::milliseconds pause(std::max<int64_t>(flags.number("update"), 1));
        return Followed().run(context, pause, draw).error();
    }
    WW_TRY(auto reply, context.call(protocol::route::NodeStatusList{}, {context.arguments()}));
    if (flags.is_true("json")) {
        choose(reply.nodes, flags);
        print_json(context.output(), protocol::route::NodeStatusList{}, reply);
        return 0;
    }
    show(context, std::move(reply), 0);
    return 0;
}

}  // namespace ww::ctl::cmd
