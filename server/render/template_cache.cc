// SPDX-License-Identifier: BSD-3-Clause
#include <map>

#include "base/guarded.h"
#include "base/path.h"
#include "render/render.h"
#include "render/settle.h"
#include "render/template_error.h"

namespace ww::render {

struct TemplateCache::State {
    struct Parsed {
        FileIdentity identity;
        std::shared_ptr<const tmpl::Template> source;
    };
    Guarded<std::map<std::string, Parsed>> parsed;
};

TemplateCache::TemplateCache(const tmpl::FunctionTable& functions)
    : functions_(functions), state_(std::make_unique<State>()) {}

TemplateCache::~TemplateCache() = default;

Result<tmpl::Template> TemplateCache::get(const std::string& path) {
    WW_TRY(const FileIdentity identity, identity_of(path));
    const auto known = state_->parsed.with([&](auto& all) -> std::shared_ptr<const tmpl::Template> {
        const auto found = all.find(path);
        return found != all.end() && found->second.identity == identity ? found->second.source
                                                                        : nullptr;
    });
    if (known) return *known;
    // Identity first, then bytes: a change in between gives new bytes under an old identity, which
    // the next look notices; the other order would keep old bytes for good.
    let_settle(identity);
    WW_TRY(const std::string text, read_file(path));
    auto parsed = tmpl::parse(text, std::string(base_name(path)), functions_);
    if (!parsed) return template_error(parsed.error(), text, fmt::format("parsing {}", path));
    auto shared = std::make_shared<const tmpl::Template>(std::move(*parsed));
    state_->parsed.with(
        [&](auto& all) { all.insert_or_assign(path, State::Parsed{identity, shared}); });
    return *shared;
}

}  // namespace ww::render
