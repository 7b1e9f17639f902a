// SPDX-License-Identifier: BSD-3-Clause
//
// What the store keeps beside nodes.conf: any bytes as a recovery copy or a pack of the journal are
// refused or what was written, and any texts come out of a pack as they went in.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "store/journal/pack.h"
#include "store/recovery_copy.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace ww::store;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto copy = RecoveryCopy::parse(bytes)) {
        WW_CHECK(copy->to_text() == bytes, "a copy is written otherwise than it was read");
        WW_CHECK(copy->explains(copy->before) && copy->explains(copy->after), "its own texts");
    }
    std::vector<EntryChange> read;
    (void)unpack_changes(bytes, revision_owner(1), 0, read);
    (void)unpack_groups(bytes, revision_owner(1));
    (void)unpack_files(bytes, revision_owner(1));

    std::vector<EntryChange> changes;
    std::string_view rest = bytes;
    for (int i = 0; !rest.empty(); ++i) {
        const size_t end = rest.find('\n');
        const std::string text(rest.substr(0, end));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        EntryChange change{{ww::fields::EntryKind::Node, "n" + std::to_string(i)}, {}, {}};
        if (i % 3 != 0) change.before = text;
        if (i % 3 != 1) change.after = text + "x";
        changes.push_back(change);
    }
    std::vector<EntryChange> again;
    const auto packs = pack_changes(changes, revision_owner(7));
    for (size_t part = 0; part < packs.size(); ++part) {
        WW_CHECK(unpack_changes(packs[part].bytes, revision_owner(7), part, again),
                 "a pack does not open");
        WW_CHECK(!unpack_changes(packs[part].bytes, revision_owner(8), part, read),
                 "a pack opens for another revision");
    }
    WW_CHECK(again == changes, "a pack holds something else than was put in");
    return 0;
}
