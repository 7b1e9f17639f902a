// SPDX-License-Identifier: BSD-3-Clause
#include "api/status/ticker.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace ww::api {

using boot::LastSent;
using Moment = std::chrono::steady_clock::time_point;

namespace {

bool is_same(const LastSent& a, const LastSent& b) {
    return a.stage == b.stage && a.sent == b.sent && a.peer_address == b.peer_address &&
           a.unix_seconds == b.unix_seconds;
}

}  // namespace

struct StatusTicker::Watcher::State {
    uint64_t told = 0;  // the tick he has heard of; 0: nothing
    bool may_change = false;
    std::function<void(News)> ready;
    Moment since;  // when `ready` came
};

struct StatusTicker::State {
    struct Row {
        LastSent last;
        uint64_t tick = 0;  // when it changed
    };
    using Watching = std::shared_ptr<Watcher::State>;

    const Board board;
    const Limits limits;
    // Another start has other ticks.
    const std::string start =
        fmt::format("{:x}", std::chrono::system_clock::now().time_since_epoch().count());

    // Of the ticker's thread alone: it takes milliseconds on a large site.
    std::vector<Row> rows;  // sorted by name
    uint64_t gone = 0;      // the last tick at which a row went
    std::optional<uint64_t> seen;

    std::mutex mutex;  // of what follows
    std::condition_variable wanted;
    uint64_t tick = 0;  // written by the ticker's thread
    std::vector<Watching> watchers;
    bool over = false;
    bool ending = false;
    std::thread thread;

    State(Board from, const Limits& bounds) : board(std::move(from)), limits(bounds) {}

    std::string mark(uint64_t at) const { return fmt::format("{}-{}", start, at); }
    uint64_t tick_of(const std::string& mark_text) const;
    News news_since(uint64_t told, uint64_t now) const;
    uint64_t look(uint64_t now);
    void run();
};

uint64_t StatusTicker::State::tick_of(const std::string& mark_text) const {
    const std::string prefix = start + "-";
    if (!mark_text.starts_with(prefix)) return 0;
    uint64_t found = 0;
    const char* const end = mark_text.data() + mark_text.size();
    const auto [at, error] = std::from_chars(mark_text.data() + prefix.size(), end, found);
    return error == std::errc() && at == end && found <= tick ? found : 0;
}

StatusTicker::News StatusTicker::State::news_since(uint64_t told, uint64_t now) const {
    News news{.mark = mark(now), .whole = told == 0 || told < gone};
    for (const Row& row : rows)
        if (news.whole || row.tick > told) news.rows.push_back(row.last);
    return news;
}

// Gives the tick, which is another one if anybody would see a change.
uint64_t StatusTicker::State::look(uint64_t now) {
    const uint64_t changes = board.changes();
    if (seen == changes) return now;
    seen = changes;
    const uint64_t next = now + 1;
    std::vector<Row> fresh;
    bool changed = now == 0;
    auto old = rows.cbegin();
    for (LastSent& last : board.list()) {
        for (; old != rows.cend() && old->last.node < last.node; ++old) gone = next;
        const bool known = old != rows.cend() && old->last.node == last.node;
        const bool same = known && is_same(old->last, last);
        changed |= !same;
        fresh.push_back({std::move(last), same ? old->tick : next});
        if (known) ++old;
    }
    if (old != rows.cend()) gone = next;
    rows = std::move(fresh);
    return changed || gone == next ? next : now;
}

void StatusTicker::State::run() {
    std::unique_lock lock(mutex);
    while (!ending) {
        const auto waits = [](const Watching& one) { return static_cast<bool>(one->ready); };
        if (std::none_of(watchers.begin(), watchers.end(), waits)) {
            wanted.wait(lock);
            continue;
        }
        uint64_t now = tick;
        lock.unlock();
        now = look(now);
        lock.lock();
        tick = now;
        const Moment moment = std::chrono::steady_clock::now();
        std::vector<std::pair<std::function<void(News)>, uint64_t>> calls;
        for (const Watching& one : watchers) {
            if (!one->ready || (one->told == now && moment - one->since < limits.quiet)) continue;
            calls.emplace_back(std::exchange(one->ready, nullptr), std::exchange(one->told, now));
        }
        lock.unlock();
        for (const auto& [ready, told] : calls) ready(news_since(told, now));
        lock.lock();
        wanted.wait_for(lock, limits.look, [this] { return ending; });
    }
}

StatusTicker::StatusTicker(Board board, Limits limits)
    : state_(std::make_unique<State>(std::move(board), limits)) {}

StatusTicker::~StatusTicker() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->ending = true;
    }
    state_->wanted.notify_all();
    if (state_->thread.joinable()) state_->thread.join();
}

std::unique_ptr<StatusTicker::Watcher> StatusTicker::watch(const std::string& since,
                                                           bool may_change) {
    State& state = *state_;
    const std::lock_guard lock(state.mutex);
    const auto others = std::count_if(state.watchers.begin(),
                                      state.watchers.end(),
                                      [](const auto& one) { return !one->may_change; });
    if (state.watchers.size() >= state.limits.watchers ||
        (!may_change && static_cast<size_t>(others) >= state.limits.others))
        return nullptr;
    if (!state.thread.joinable()) state.thread = std::thread([&state] { state.run(); });
    auto one = std::make_shared<Watcher::State>();
    one->told = state.tick_of(since);
    one->may_change = may_change;
    state.watchers.push_back(one);
    return std::unique_ptr<Watcher>(new Watcher(*this, std::move(one)));
}

void StatusTicker::end() {
    std::vector<std::function<void(News)>> calls;
    {
        const std::lock_guard lock(state_->mutex);
        state_->over = true;
        for (const auto& one : state_->watchers)
            if (one->ready) calls.push_back(std::exchange(one->ready, nullptr));
    }
    for (const auto& ready : calls) ready({.over = true});
}

StatusTicker::Watcher::~Watcher() {
    StatusTicker::State& state = *ticker_.state_;
    const std::lock_guard lock(state.mutex);
    std::erase(state.watchers, state_);
}

void StatusTicker::Watcher::next(std::function<void(News)> ready) {
    StatusTicker::State& state = *ticker_.state_;
    bool over = false;
    {
        const std::lock_guard lock(state.mutex);
        over = state.over;
        if (!over) state_->ready = std::move(ready);
        state_->since = std::chrono::steady_clock::now();
    }
    if (over) return ready({.over = true});
    state.wanted.notify_all();
}

void StatusTicker::Watcher::wake() {
    std::function<void(News)> ready;
    {
        const std::lock_guard lock(ticker_.state_->mutex);
        ready = std::exchange(state_->ready, nullptr);
    }
    if (ready) ready({});
}

}  // namespace ww::api
