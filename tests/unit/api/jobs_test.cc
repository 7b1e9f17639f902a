// SPDX-License-Identifier: BSD-3-Clause
//
// Jobs as the API gives them: who may do what, and the lines of a reply that follows one.
#include <future>
#include <memory>
#include <optional>
#include <stop_token>

#include "api/dispatch.h"
#include "image/image.h"
#include "image/source_lock.h"
#include "protocol/json.h"
#include "unit/api/site_fixture.h"

using namespace ww;
using namespace ww::protocol;

namespace {

const api::Caller kRoot{.is_admin = true, .is_root = true, .uid = 0, .user = "root"};
const api::Caller kEve{.uid = 1001, .user = "eve"};

/// A job that has begun, and waits until it is cancelled, for somebody.
jobs::JobPtr waiting_job(const test::SiteFixture& site, const api::Caller& caller) {
    api::Call call{site.site(), caller, [](const Note&) {}};
    const auto begun = std::make_shared<std::promise<void>>();
    auto answer = api::start_job(
        call,
        {.kind = "image import", .name = "deb", .subjects = {{"image deb"}}, .detached = true},
        [begun](jobs::Job& job) -> Result<jobs::Totals> {
            job.note("info", "begun");
            begun->set_value();
            std::promise<void> stopped;
            const std::stop_callback on_stop(job.stop(), [&] { stopped.set_value(); });
            stopped.get_future().get();
            return Error(ErrorCode::Cancelled, "stopped");
        });
    REQUIRE(answer);
    begun->get_future().get();
    return answer->job;
}

std::string next_of(http::BodySource& stream) {
    std::promise<std::string> piece;
    stream.next([&](std::string text) { piece.set_value(std::move(text)); });
    return piece.get_future().get();
}

std::string rest_of(http::BodySource& stream) {
    std::string all;
    for (std::string piece = next_of(stream); !piece.empty(); piece = next_of(stream)) all += piece;
    return all;
}

}  // namespace

TEST_CASE("what a job's process changes is known before the job has ended", "[api][jobs]") {
    struct Editor final : jobs::Outside {
        test::SiteFixture& site;
        explicit Editor(test::SiteFixture& edited) : site(edited) {}
        Result<jobs::Totals> run(jobs::Job& /*job*/, const std::string& /*order*/) override {
            site.write_nodes("nodes: {n1: {image name: small}}\n");
            return jobs::Totals{};
        }
    };
    test::SiteFixture site("nodes: {n1: {image name: tiny}}\n");
    Editor editor(site);
    site.work_outside(editor);
    REQUIRE(make_directories(site.root() / "chroots/tiny/rootfs"));
    REQUIRE(site.ask(route::ImageRename{}, {.from = "tiny", .to = "small"}, kRoot));
    CHECK(site.site().database.snapshot()->find("n1")->image_name == "small");
}

TEST_CASE("who asked for a job may end it, and administrators", "[api][jobs]") {
    test::SiteFixture site;
    const jobs::JobPtr roots = waiting_job(site, kRoot);
    CHECK(site.ask(route::JobCancel{}, {roots->number()}, kEve).error().code() ==
          ErrorCode::PermissionDenied);
    CHECK(site.ask(route::JobWatch{}, {roots->number()}, kEve).error().code() ==
          ErrorCode::PermissionDenied);
    CHECK(site.ask(route::JobCancel{}, {roots->number()}, kRoot));
    const auto ended = site.ask(route::JobWatch{}, {roots->number()}, kRoot);
    CHECK(ended.error().code() == ErrorCode::Cancelled);
    CHECK(ended.error().message() == "image import of deb was cancelled: by root");
    CHECK(site.ask(route::JobCancel{}, {roots->number()}, kRoot).error().code() ==
          ErrorCode::FailedPrecondition);

    const jobs::JobPtr eves = waiting_job(site, kEve);
    CHECK(site.ask(route::JobCancel{}, {eves->number()}, kEve));
    CHECK(site.ask(route::JobWatch{}, {99}, kRoot).error().code() == ErrorCode::NotFound);

    const auto list = site.ask(route::JobList{}, {}, kEve);
    REQUIRE(list);
    REQUIRE(list->jobs.size() == 2);
    CHECK(list->jobs[0].user == "root");
    CHECK(list->jobs[0].state == "cancelled");
}

TEST_CASE("a reply that follows a job is told as it goes", "[api][jobs]") {
    test::SiteFixture site;
    const jobs::JobPtr job = waiting_job(site, kRoot);
    const api::Reply reply =
        api::dispatch(site.site(), kRoot, route::JobWatch::path, R"({"job":1})");
    CHECK(reply.status == 200);
    REQUIRE(reply.stream);
    std::string all;
    const auto read_until = [&](std::string_view line) {
        while (all.find(line) == std::string::npos) all += next_of(*reply.stream);
    };
    read_until(R"({"note":{"level":"info","text":"image import of deb, job 1 of root"}})"
               "\n");
    read_until(R"({"note":{"level":"info","text":"begun"}})"
               "\n");
    job->progress({"copying", 1, 2, 3, 4});
    read_until(R"({"progress":{"job":1,"phase":"copying","bytes":1,"total_bytes":2,"files":3,)"
               R"("total_files":4}})"
               "\n");
    job->cancel("by root");
    const std::string end = rest_of(*reply.stream);
    CHECK(end.starts_with(R"({"problem":{)"));
    CHECK(end.find("image import of deb was cancelled: by root") != std::string::npos);
}

TEST_CASE("who hangs up on a job that goes on sees no more of it", "[api][jobs]") {
    test::SiteFixture site;
    const jobs::JobPtr job = waiting_job(site, kRoot);  // detached
    const api::Reply reply =
        api::dispatch(site.site(), kRoot, route::JobWatch::path, R"({"job":1,"from_now":true})");
    std::promise<std::string> piece;
    while (job->facts().progress.files == 0) job->progress({"copying", 0, 0, 1, 0});
    (void)next_of(*reply.stream);
    reply.stream->next([&](std::string text) { piece.set_value(std::move(text)); });
    reply.stream->hung_up();
    CHECK(piece.get_future().get().empty());
    CHECK(next_of(*reply.stream).empty());
    CHECK(job->facts().state == jobs::State::Running);
}

TEST_CASE("an attached job is cancelled when its reply is dropped", "[api][jobs]") {
    test::SiteFixture site;
    // Somebody else's lock: an import that replaces waits for it, with everything copied.
    const image::Images images(site.site().conf.paths.wwchrootdir,
                               site.site().conf.paths.wwprovisiondir);
    REQUIRE(make_directories(images.rootfs("deb")));
    REQUIRE(make_directories(site.root() / "src/bin"));
    REQUIRE(replace_file(site.root() / "src/bin/sh", "a shell\n"));
    auto taken = image::SourceLock::take(images.source("deb"));
    REQUIRE(taken);
    std::optional<image::SourceLock> theirs(*std::move(taken));
    ImageImportRequest request{.source = site.root() / "src", .name = "deb", .replace = true};
    {
        const api::Reply reply = api::dispatch(site.site(),
                                               kRoot,
                                               route::ImageImport::path,
                                               Json<route::ImageImport>::request(request));
        REQUIRE(reply.stream);
        CHECK(next_of(*reply.stream).find("Overwriting existing image") != std::string::npos);
        // Another one is refused while it runs, whatever it wants of the image.
        const auto second = site.ask(route::ImageImport{}, request, kRoot);
        REQUIRE_FALSE(second);
        CHECK(second.error().code() == ErrorCode::Conflict);
        CHECK(site.ask(route::ImageBuild{}, {.names = {"deb"}}, kRoot).error().code() ==
              ErrorCode::Conflict);
        CHECK(site.ask(route::ImageDelete{}, {{"deb"}}, kRoot).error().code() ==
              ErrorCode::Conflict);
        CHECK(site.ask(route::ImageCopy{}, {"deb", "new"}, kRoot).error().code() ==
              ErrorCode::Conflict);
        CHECK(site.ask(route::ImageRename{}, {"deb", "new"}, kRoot).error().code() ==
              ErrorCode::Conflict);
    }
    const auto ended = site.ask(route::JobWatch{}, {1}, kRoot);
    CHECK(ended.error().message() ==
          "image import of deb was cancelled: nobody waits for it any more");
    CHECK(*images.list() == std::vector<std::string>{"deb"});
    theirs.reset();
    CHECK(ConfinedDir::open(images.chroots())->list(".") == std::vector<std::string>{"deb"});
    const auto done = site.ask(route::ImageImport{}, request, kRoot);
    REQUIRE(done);
    CHECK(done->files == 2);
    CHECK(done->bytes == 8);
    CHECK(done->what == "image import of deb");
}

TEST_CASE("a detached job is answered with its number", "[api][jobs]") {
    test::SiteFixture site;
    REQUIRE(make_directories(site.root() / "src/bin"));
    REQUIRE(replace_file(site.root() / "src/bin/sh", "a shell\n"));
    const auto reply = site.ask(route::ImageImport{},
                                {.source = site.root() / "src", .name = "deb", .detach = true},
                                kRoot);
    REQUIRE(reply);
    CHECK(reply->job == 1);
    CHECK(reply->detached);
    CHECK(site.ask(route::JobWatch{}, {1}, kRoot)->files == 2);
}
