// SPDX-License-Identifier: BSD-3-Clause
//
// Changing dicts: one dict merged into another (dario.cat/mergo 1.0.2), copies of any depth. Data
// of the caller is never changed: where upstream would, a copy is changed and takes its place.
#pragma once

#include <string>

#include "tmpl/dict.h"
#include "tmpl/function.h"
#include "tmpl/value.h"

namespace ww::tmpl::sprig {

/// `map` if the template made it, else a shallow copy of it.
Value changeable(const Value& map);

/// A copy with copies of all lists and dicts in it.
Value deep_copied(Call& call, const Value& value);

/// Fills what `into` lacks, or has only empty, from `from`, and so on in dicts both have; with
/// Overwrite, what `from` has wins.
class Merger {
   public:
    enum class Mode { Fill, Overwrite };

    Merger(Call& call, Mode mode) : call_(call), mode_(mode) {}

    /// False if the call has failed, or with an error() that upstream returns and may ignore.
    bool merge(Dict& into, const Value& from);
    const std::string& error() const { return error_; }

   private:
    bool merge_element(Dict& into, const Value& key, const Value& element, const Value& from);
    bool combine(Dict& into, const Value& key, const Value& current, const Value& element);
    bool merge_list(Dict& into, const Value& key, const Value& current, const Value& element);
    bool assign(Dict& into, const Value& key, const Value& element, Type type);

    Call& call_;
    Mode mode_;
    int depth_ = 0;
    std::string error_;
};

}  // namespace ww::tmpl::sprig
