// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl ssh: a command on several nodes at once, as the caller, with the caller's keys.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "base/process.h"
#include "ctl/cmd/handlers.h"

namespace ww::ctl::cmd {

namespace {

using protocol::NodeAddress;

std::string prefixed(const std::string& name, std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const size_t end = std::min(text.find('\n'), text.size());
        out += fmt::format("{}: {}\n", name, text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

class ManyNodes {
   public:
    ManyNodes(Context& context, std::vector<NodeAddress> nodes)
        : context_(context), nodes_(std::move(nodes)) {}

    void run(size_t fanout) {
        std::vector<std::jthread> threads;
        for (size_t i = 0; i < std::min(fanout, nodes_.size()); ++i)
            threads.emplace_back([this] { work(); });
    }

   private:
    void work() {
        for (size_t i = next_++; i < nodes_.size(); i = next_++) one(nodes_[i]);
    }

    void one(const NodeAddress& node) {
        const FlagValues& flags = context_.flags();
        std::vector<std::string> words{flags.text("rsh"), node.address};
        words.insert(words.end(), context_.arguments().begin() + 1, context_.arguments().end());
        if (flags.is_true("dryrun")) {
            const std::lock_guard lock(mutex_);
            context_.output().print(fmt::format("{}: {}\n", node.name, fmt::join(words, " ")));
            return;
        }
        const auto finished = capture_program(words);
        {
            const std::lock_guard lock(mutex_);
            Output& output = context_.output();
            if (finished) {
                output.print(prefixed(node.name, finished->output));
                output.print_error(prefixed(node.name, finished->errors));
            } else {
                output.message(Level::Error,
                               fmt::format("{}: {}", node.name, finished.error().headline()));
            }
        }
        std::this_thread::sleep_for(std::chrono::seconds(flags.number("sleep")));
    }

    Context& context_;
    std::vector<NodeAddress> nodes_;
    std::atomic<size_t> next_{0};
    std::mutex mutex_;  // guards the output
};

}  // namespace

Result<int> ssh(Context& context) {
    WW_TRY(auto reply, context.call(protocol::route::NodeAddresses{}, {{context.arguments()[0]}}));
    for (const NodeAddress& node : reply.nodes)
        if (!node.problem.empty())
            context.output().message(Level::Error, fmt::format("{}: {}", node.name, node.problem));
    std::erase_if(reply.nodes, [](const NodeAddress& node) { return node.address.empty(); });
    const bool one_by_one = context.flags().is_true("dryrun");
    const int64_t fanout = context.flags().number("fanout");
    if (fanout < 1) return Error(ErrorCode::InvalidArgument, "--fanout must be at least 1");
    ManyNodes(context, std::move(reply.nodes)).run(one_by_one ? 1 : static_cast<size_t>(fanout));
    return 0;
}

}  // namespace ww::ctl::cmd
