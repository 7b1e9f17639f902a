// SPDX-License-Identifier: BSD-3-Clause
//
// Pairs of name and password that were right, for as long as they are used and auth.conf stays.
#pragma once

#include <chrono>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "access/access.h"
#include "access/auth_conf.h"

namespace ww::access {

/// One thread at a time.
class Remembered {
   public:
    using Moment = std::chrono::steady_clock::time_point;

    explicit Remembered(const Limits& limits) : limits_(limits) {}

    /// Who has shown `key` while `users` were those of auth.conf; and remembers it anew.
    std::optional<Who> find(const std::string& key,
                            const std::shared_ptr<const Users>& users,
                            Moment now);
    void keep(const std::string& key,
              const Who& who,
              const std::shared_ptr<const Users>& users,
              Moment now);
    size_t size() const { return places_.size(); }

   private:
    struct Pair {
        std::string key;
        Who who;
        Moment used;
    };
    void forget_if_other(const std::shared_ptr<const Users>& users);

    const Limits& limits_;
    std::shared_ptr<const Users> users_;
    std::list<Pair> pairs_;  // the one used last, first
    std::unordered_map<std::string, std::list<Pair>::iterator> places_;
};

}  // namespace ww::access
