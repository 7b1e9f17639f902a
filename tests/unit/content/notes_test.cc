// SPDX-License-Identifier: BSD-3-Clause
#include "content/notes.h"

#include "content/incoming.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww;
using namespace ww::content;

namespace {

struct Kept {
    test::TempDir dir;
    std::string folder = dir / "content";
    Store store = Store::open(folder).value();

    Digest put(std::string_view bytes) const {
        Incoming incoming = Incoming::create(store).value();
        REQUIRE(incoming.write(bytes));
        return incoming.commit().value();
    }
    Collected collect() const {
        const auto none = []() -> Result<Roots> { return Roots(); };
        return content::collect(store, none, {.grace = std::chrono::seconds(0)}).value();
    }
};

}  // namespace

TEST_CASE("a note comes back as it was written, the last one of its name", "[content][notes]") {
    const Kept kept;
    const Digest name = Digest::of("what it is looked up by");
    CHECK(read_note(kept.store, name).error().code() == ErrorCode::NotFound);
    REQUIRE(write_note(kept.store, name, {Digest::of("a"), "one\nof two lines"}));
    REQUIRE(write_note(kept.store, name, {Digest::of("b"), ""}));
    REQUIRE(write_note(kept.store, Digest::of("other"), {Digest::of("c"), "\n\n"}));
    const auto note = read_note(kept.store, name);
    REQUIRE(note);
    CHECK(note->digest == Digest::of("b"));
    CHECK(note->text.empty());
    CHECK(read_note(kept.store, Digest::of("other"))->text == "\n\n");
    CHECK(noted(kept.store) == Roots{Digest::of("b"), Digest::of("c")});
}

TEST_CASE("what a note names is not collected, until the note is dropped", "[content][notes]") {
    const Kept kept;
    const Digest wanted = kept.put("wanted");
    const Digest other = kept.put("other");
    REQUIRE(write_note(kept.store, Digest::of("name"), {wanted, "mine"}));
    CHECK(kept.collect().removed == 1);
    CHECK(kept.store.has(wanted));
    CHECK_FALSE(kept.store.has(other));
    drop_notes(kept.store, [](const Note& note) { return note.text == "mine"; });
    CHECK(kept.collect().removed == 0);
    drop_notes(kept.store, [](const Note&) { return false; });
    CHECK(kept.collect().removed == 1);
}

TEST_CASE("a note has a bound, and what is none is dropped", "[content][notes]") {
    const Kept kept;
    const Digest name = Digest::of("name");
    const auto size = static_cast<size_t>(kMaxNoteBytes);
    CHECK(write_note(kept.store, name, {Digest::of("a"), std::string(size + 1, 'x')})
              .error()
              .code() == ErrorCode::TooLarge);
    CHECK(write_note(kept.store, name, {Digest::of("a"), std::string(size, 'x')}));
    CHECK(read_note(kept.store, name)->text.size() == size);
    const std::string path = kept.folder + "/notes/" + name.hex();
    for (const char* wrong : {"", "sha256:1\nx", "no digest\nx"}) {
        REQUIRE(replace_file(path, wrong));
        CHECK(read_note(kept.store, name).error().code() == ErrorCode::Unprocessable);
        CHECK(noted(kept.store).empty());
    }
    drop_notes(kept.store, [](const Note&) { return true; });
    CHECK_FALSE(exists(path));
}
