/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The language of the window and where its words are found. */

/* "zh_CN", "en" or NULL: the user's, which is Chinese unless the environment names another that
 * we have. Call before the toolkit is started, and again to change it: windows made afterwards
 * speak it. */
void window_language_set(const char *language);
