// SPDX-License-Identifier: BSD-3-Clause
//
// What a node asks and what it gets, as values. The front process makes an Ask from a URL; the main
// process makes an Answer from an Ask; nothing else crosses between them. No behaviour here.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/file_span.h"

namespace ww::boot {

/// Ports below it are for root: what asks from one is no common user of a node. ip(7).
inline constexpr uint16_t kFirstUnprivilegedPort = 1024;

enum class Stage : uint8_t {
    Ipxe,
    Grub,
    Efiboot,
    Kernel,
    Image,
    Initramfs,
    System,
    Runtime,
    Files,
    Status
};

struct Ask {
    Stage stage = Stage::Ipxe;
    std::string identity;       // normal_hwaddr() of path, wwid or ARP; any text is possible
    std::string file;           // efiboot: file name; files: path below the files folder
    std::string asset_key;      // first "assetkey" of the query, empty if none
    std::string compress;       // first "compress"
    std::string machine;        // first "arch": what the boot loader says it runs on
    bool machine_told = false;  // "arch" is in the query, whatever it says
    bool render = false;        // files: "render" is in the query
    std::string render_node;    // its value
    std::string peer_address;   // without port; ::ffff:a.b.c.d unmapped
    uint16_t peer_port = 0;
    bool tls = false;
};

/// An open file to send. `fd` is positioned anywhere; senders use offsets.
struct FileBody {
    UniqueFd fd;
    int64_t size = 0;   // bytes, of the same descriptor
    int64_t mtime = 0;  // Unix seconds
    std::string etag;   // with quotes; empty: send none
};

/// Of one body: what a packet between the processes takes, with room to spare.
inline constexpr size_t kMaxPieces = 1024;

/// A file that is nowhere as one: what is this answer's own, and parts of files that many answers
/// have in common.
struct PieceBody {
    std::shared_ptr<const std::string> own;
    std::vector<FileSpan> pieces;  // in order, at most kMaxPieces; without a file: of `own`
    int64_t size = 0;              // bytes, of all of them
    int64_t mtime = 0;             // Unix seconds
    std::string etag;              // with quotes
};

/// What goes into `node status` once the body was handed out.
struct Record {
    std::string node;  // id; empty for an unknown node
    Stage stage = Stage::Ipxe;
    std::string sent;  // base name of the file, BAD_ASSET, BAD_REQUEST or NOT_FOUND
    std::string peer_address;
};

struct Answer {
    int status = 200;
    std::string content_type;  // empty: no header
    std::vector<std::pair<std::string, std::string>> headers;
    std::variant<std::string, FileBody, PieceBody> body;
    bool recorded = false;  // whether `record` counts
    Record record;
};

}  // namespace ww::boot
