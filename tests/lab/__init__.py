# SPDX-License-Identifier: BSD-3-Clause
"""Nodes that boot for real, in a network of their own. See README.md."""
