// SPDX-License-Identifier: BSD-3-Clause
//
// How often an address has failed to log in lately: a bucket for each that empties by itself.
#pragma once

#include <chrono>
#include <list>
#include <string>
#include <unordered_map>
#include <utility>

#include "access/limits.h"

namespace ww::access {

/// One thread at a time.
class Failures {
   public:
    using Moment = std::chrono::steady_clock::time_point;

    explicit Failures(const Limits& limits) : limits_(limits) {}

    /// Counts a failure, in advance for a try that is under way. False: there have been too many,
    /// and it is not counted.
    bool count(const std::string& address, Moment now);
    /// The try was none.
    void forgive(const std::string& address);
    /// When the next one may be made, for one that has made too many.
    std::chrono::seconds wait(const std::string& address, Moment now) const;

    size_t size() const { return places_.size(); }

   private:
    struct Bucket {
        std::string address;
        double level = 0;  // failures, less those that time has forgiven
        Moment at;         // of `level`
    };
    double level(const Bucket& bucket, Moment now) const;

    const Limits& limits_;
    std::list<Bucket> buckets_;  // the one that failed last, first
    std::unordered_map<std::string, std::list<Bucket>::iterator> places_;
};

}  // namespace ww::access
