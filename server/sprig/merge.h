// SPDX-License-Identifier: BSD-3-Clause
//
// Changing dicts: one dict merged into another (dario.cat/mergo 1.0.2), copies of any depth. Data
// of the caller is never changed: where upstream would, a copy is changed and takes its place.
#pragma once

#include <string>

#include "tmpl/dict.h"
#include "tmpl/function.h"
#include "tmpl/value.h"

namespace ww::sprig {

/// `map` if the template made it, else a shallow copy of it.
tmpl::Value changeable(const tmpl::Value& map);

/// A copy with copies of all lists and dicts in it.
tmpl::Value deep_copied(tmpl::Call& call, const tmpl::Value& value);

/// Fills what `into` lacks, or has only empty, from `from`, and so on in dicts both have; with
/// Overwrite, what `from` has wins.
class Merger {
   public:
    enum class Mode { Fill, Overwrite };

    Merger(tmpl::Call& call, Mode mode) : call_(call), mode_(mode) {}

    /// False if the call has failed, or with an error() that upstream returns and may ignore.
    bool merge(tmpl::Dict& into, const tmpl::Value& from);
    const std::string& error() const { return error_; }

   private:
    bool merge_element(tmpl::Dict& into,
                       const tmpl::Value& key,
                       const tmpl::Value& element,
                       const tmpl::Value& from);
    bool combine(tmpl::Dict& into,
                 const tmpl::Value& key,
                 const tmpl::Value& current,
                 const tmpl::Value& element);
    bool merge_list(tmpl::Dict& into,
                    const tmpl::Value& key,
                    const tmpl::Value& current,
                    const tmpl::Value& element);
    bool assign(tmpl::Dict& into,
                const tmpl::Value& key,
                const tmpl::Value& element,
                tmpl::Type type);

    tmpl::Call& call_;
    Mode mode_;
    int depth_ = 0;
    std::string error_;
};

}  // namespace ww::sprig
