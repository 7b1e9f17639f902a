// SPDX-License-Identifier: BSD-3-Clause
//
// Decimal: exact arithmetic on the decimal texts of floats, so that 0.1 + 0.2 is 0.3. Follows
// shopspring/decimal 1.4: sums and products are exact, quotients have 16 places.
#pragma once

#include <memory>

namespace ww::sprig {

class Decimal {
   public:
    /// The shortest decimal that reads back as `number`, which is finite.
    explicit Decimal(double number);
    ~Decimal();

    bool is_zero() const;
    void add(const Decimal& other);
    void subtract(const Decimal& other);
    void multiply(const Decimal& other);
    /// `other` is not zero. Rounds half away from zero.
    void divide(const Decimal& other);

    /// The nearest float, or an infinity.
    double to_float() const;

   private:
    struct Number;
    std::unique_ptr<Number> number_;
};

}  // namespace ww::sprig
