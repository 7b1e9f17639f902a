// SPDX-License-Identifier: BSD-3-Clause
//
// What nodes were sent, as it changes: one look at the board for all who watch, a few times a
// second, and per watcher no more than a number. Who reads slowly finds the last word about each
// node when he comes back, not a queue of all there were.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "boot/status.h"

namespace ww::api {

/// Any thread. Has a thread of its own while somebody watches.
class StatusTicker {
   public:
    struct Board {
        std::function<uint64_t()> changes;
        std::function<std::vector<boot::LastSent>()> list;  // sorted by name
    };
    struct Limits {
        size_t watchers = 256;
        size_t others = 128;  // of those, who may not change anything
        std::chrono::milliseconds look{250};
        /// After so long without news a watcher hears that there are none: a dead peer is noticed.
        std::chrono::milliseconds quiet{30'000};
    };

    StatusTicker(Board board, Limits limits);
    explicit StatusTicker(Board board) : StatusTicker(std::move(board), Limits()) {}
    ~StatusTicker();
    StatusTicker(const StatusTicker&) = delete;
    StatusTicker& operator=(const StatusTicker&) = delete;

    struct News {
        std::string mark;    // to go on from, also after another start of the server
        bool whole = false;  // `rows` are all there are, not only those that changed
        bool over = false;   // there will be no more: the server ends
        std::vector<boot::LastSent> rows;
    };

    /// One who watches. Ends with its destruction; the ticker must outlive it.
    class Watcher {
       public:
        ~Watcher();
        Watcher(const Watcher&) = delete;
        Watcher& operator=(const Watcher&) = delete;

        /// Has `ready` called once with the next news, on the ticker's thread; with nothing changed
        /// after `Limits::quiet`. One at a time; waits for nothing.
        void next(std::function<void(News)> ready);
        /// Has a `ready` that waits called, with nothing: there will be no next.
        void wake();

       private:
        friend class StatusTicker;
        struct State;
        Watcher(StatusTicker& ticker, std::shared_ptr<State> state)
            : ticker_(ticker), state_(std::move(state)) {}
        StatusTicker& ticker_;
        const std::shared_ptr<State> state_;
    };

    /// `since`: the mark of the last news that were seen; empty or unknown: the first are whole.
    /// nullptr: there are too many.
    std::unique_ptr<Watcher> watch(const std::string& since, bool may_change);

    /// From now on whoever waits, or comes to, hears that it is over.
    void end();

   private:
    friend class Watcher;
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace ww::api
