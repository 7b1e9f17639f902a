// SPDX-License-Identifier: BSD-3-Clause
#include "tmpl/function.h"

#include <algorithm>

#include "base/check.h"

namespace ww::tmpl {

Signature Signature::parse(std::string_view parameters) {
    Signature signature;
    while (!parameters.empty()) {
        const size_t comma = std::min(parameters.find(", "), parameters.size());
        std::string_view name = parameters.substr(0, comma);
        parameters.remove_prefix(std::min(comma + 2, parameters.size()));
        if (name.starts_with("...")) {
            signature.variadic = true;
            name.remove_prefix(3);
        }
        const Type type = name == "value" ? types::kRaw : Type::parse(name);
        WW_CHECK(type != Type(), "a function's parameter has an unknown type");
        signature.parameters.push_back(type);
    }
    return signature;
}

void FunctionTable::add(std::span<const Function> rows) {
    for (const Function& row : rows) {
        auto callable = std::make_unique<Callable>();
        callable->function = &row;
        callable->signature = Signature::parse(row.parameters);
        callables_[row.name] = std::move(callable);
    }
}

const Callable* FunctionTable::find(std::string_view name) const {
    const auto found = callables_.find(name);
    return found == callables_.end() ? nullptr : found->second.get();
}

std::vector<const Callable*> FunctionTable::all() const {
    std::vector<const Callable*> all;
    for (const auto& [name, callable] : callables_) all.push_back(callable.get());
    std::sort(all.begin(), all.end(), [](const Callable* a, const Callable* b) {
        return a->function->name < b->function->name;
    });
    return all;
}

}  // namespace ww::tmpl
