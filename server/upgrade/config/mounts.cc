// SPDX-License-Identifier: BSD-3-Clause
//
// What nodes mounted because warewulf.conf said so: `exports` of 4.0 to 4.2, all of them; of 4.3 to
// 4.5 the `export paths` with `mount: true`.
#include "upgrade/config/values.h"
#include "upgrade/upgrade.h"
#include "yaml/scalar.h"

namespace ww::upgrade {

namespace {

std::vector<NfsMount> mounts_of(ConfigValues& in) {
    std::vector<NfsMount> found;
    if (in.document().root() == nullptr) return found;
    const yaml::Node* nfs = in.entries_of(*in.document().root(), "the file").take("nfs");
    if (nfs == nullptr || yaml::is_null(*nfs)) return found;
    Entries entries = in.entries_of(*nfs, "\"nfs\"");
    if (const yaml::Node* old = entries.take("exports"))
        for (const yaml::Node* item : in.items_of(*old, "exports"))
            found.push_back({in.text_of(*item, "exports"), ""});
    const yaml::Node* paths = entries.take("export paths");
    if (paths == nullptr) return found;
    for (const yaml::Node* item : in.items_of(*paths, "export paths")) {
        Entries one = in.entries_of(*item, "an export path");
        const yaml::Node* mount = one.take("mount");
        if (mount == nullptr || in.flag_of(*mount, "mount") != true) continue;
        const auto text = [&](std::string_view key) {
            const yaml::Node* value = one.take(key);
            return value == nullptr ? std::string() : in.text_of(*value, key);
        };
        found.push_back({text("path"), text("mount options")});
    }
    return found;
}

}  // namespace

Result<std::vector<NfsMount>> legacy_mounts(std::string_view text, const std::string& name) {
    WW_TRY(const yaml::Document document, yaml::read(text, name));
    ConfigValues in(document);
    auto mounts = mounts_of(in);
    if (!in.problems.empty()) return in.problems.error();
    std::erase_if(mounts, [](const NfsMount& mount) { return mount.path.empty(); });
    return mounts;
}

}  // namespace ww::upgrade
