// SPDX-License-Identifier: BSD-3-Clause
//
// What nodes and profiles have in common: how one is put, patched and removed. Internal to this
// layer.
#pragma once

#include <string>

#include "nodes/node.h"
#include "rest/call.h"

namespace ww::rest {

/// As the caller may see it.
template <class Entry>
std::string entry_json(const Call& call, const Entry& entry);

/// The handlers; Entry is nodes::Node or nodes::Profile.
template <class Entry>
Result<Answer> put_entry(const Call& call);
template <class Entry>
Result<Answer> patch_entry(const Call& call);
template <class Entry>
Result<Answer> delete_entry(const Call& call);

extern template std::string entry_json(const Call&, const nodes::Node&);
extern template std::string entry_json(const Call&, const nodes::Profile&);
extern template Result<Answer> put_entry<nodes::Node>(const Call&);
extern template Result<Answer> put_entry<nodes::Profile>(const Call&);
extern template Result<Answer> patch_entry<nodes::Node>(const Call&);
extern template Result<Answer> patch_entry<nodes::Profile>(const Call&);
extern template Result<Answer> delete_entry<nodes::Node>(const Call&);
extern template Result<Answer> delete_entry<nodes::Profile>(const Call&);

}  // namespace ww::rest
