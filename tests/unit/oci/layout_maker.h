// SPDX-License-Identifier: BSD-3-Clause
//
// OCI layouts for tests, of layers given as bytes; every document can be written with a lie in it.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/file.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace ww::test {

struct LayoutMaker {
    TempDir dir;

    LayoutMaker() {
        REQUIRE(make_directories(dir / "blobs/sha256"));
        write("oci-layout", R"({"imageLayoutVersion":"1.0.0"})");
    }

    void write(const std::string& path, const std::string& text) const {
        REQUIRE(replace_file(dir / path, text));
    }
    /// Hex of its digest.
    std::string blob(const std::string& bytes) const {
        std::string hex = sha256_hex(bytes);
        write("blobs/sha256/" + hex, bytes);
        return hex;
    }
    static std::string descriptor(const std::string& type,
                                  const std::string& hex,
                                  size_t size,
                                  const std::string& more = {}) {
        return fmt::format(
            R"({{"mediaType":"{}","digest":"sha256:{}","size":{}{}}})", type, hex, size, more);
    }

    /// Puts an image of plain tars in, and gives its manifest's descriptor.
    std::string image(const std::vector<std::string>& layers,
                      const std::string& architecture = "amd64",
                      const std::string& more = {}) const {
        std::string ids, list;
        for (const std::string& layer : layers) {
            const std::string hex = blob(layer);
            ids += fmt::format("{}\"sha256:{}\"", ids.empty() ? "" : ",", hex);
            list += (list.empty() ? "" : ",") +
                    descriptor("application/vnd.oci.image.layer.v1.tar", hex, layer.size());
        }
        const std::string config =
            fmt::format(R"({{"os":"linux","architecture":"{}","created":"2026-01-01T00:00:00Z",)"
                        R"("rootfs":{{"type":"layers","diff_ids":[{}]}}}})",
                        architecture,
                        ids);
        const std::string manifest = fmt::format(
            R"({{"schemaVersion":2,"config":{},"layers":[{}]}})",
            descriptor("application/vnd.oci.image.config.v1+json", blob(config), config.size()),
            list);
        return descriptor(
            "application/vnd.oci.image.manifest.v1+json", blob(manifest), manifest.size(), more);
    }
    static std::string platform(const std::string& architecture, const std::string& more = {}) {
        return fmt::format(
            R"(,"platform":{{"os":"linux","architecture":"{}"{}}})", architecture, more);
    }
    static std::string named(const std::string& name) {
        return fmt::format(R"(,"annotations":{{"org.opencontainers.image.ref.name":"{}"}})", name);
    }

    static std::string index_of(const std::vector<std::string>& descriptors) {
        std::string list;
        for (const std::string& one : descriptors) list += (list.empty() ? "" : ",") + one;
        return fmt::format(R"({{"schemaVersion":2,"manifests":[{}]}})", list);
    }
    void index(const std::vector<std::string>& descriptors) const {
        write("index.json", index_of(descriptors));
    }
};

}  // namespace ww::test
