// SPDX-License-Identifier: BSD-3-Clause
//
// Services of the machine, through systemctl(1). Blocking.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace ww::configure {

struct Unit {
    enum class Presence { Found, Missing, Unknown };  // Unknown: the manager does not tell

    std::string name;
    Presence presence = Presence::Unknown;
    bool active = false;    // running, or its socket waits for the first who asks
    bool disabled = false;  // does not start with the machine, but could

    bool found() const { return presence == Presence::Found; }
};

class Services {
   public:
    virtual ~Services() = default;

    /// Whether there is a service manager to talk to, and if not, why: "systemd does not run here".
    virtual Result<void> available() = 0;
    virtual Unit look(const std::string& name) = 0;
    /// `verb` as systemctl(1) has it. Errors: FailedPrecondition, with the manager's words.
    virtual Result<void> run(const std::string& verb, const std::string& name) = 0;
};

class Systemd : public Services {
   public:
    Result<void> available() override;
    Unit look(const std::string& name) override;
    Result<void> run(const std::string& verb, const std::string& name) override;
};

/// The first of `names` that the machine has. Where the manager does not tell, the first name.
Unit first_found(Services& services, const std::vector<std::string>& names);

}  // namespace ww::configure
