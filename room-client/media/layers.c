/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/layers.h"

#define PERIOD 4

/* Nothing but layer 0 may change the entropy tables either: who leaves a layer out keeps the same
 * ones. */
#define ONLY_LAST "no-ref-golden+no-ref-alt+no-upd-golden+no-upd-alt"
#define FROM_LAST "no-ref-golden+no-ref-alt+no-upd-last+no-upd-alt+no-upd-entropy"

static const char *const FLAGS[PERIOD] = {
	ONLY_LAST,
	FROM_LAST "+no-upd-golden",
	FROM_LAST,
	"no-ref-alt+no-upd-last+no-upd-golden+no-upd-alt+no-upd-entropy",
};
static const int LAYER[PERIOD] = {0, 2, 1, 2};
static const bool SYNC[PERIOD] = {false, true, true, false};
static const int DECIMATOR[LAYERS_N] = {4, 2, 1};
/* Share of layer 0, of 0 and 1, of all: as such streams come out by themselves. */
static const int PERCENT[LAYERS_N] = {42, 67, 100};

/* libvpx's arrays of numbers are GValueArray, which GObject has given up. */
G_GNUC_BEGIN_IGNORE_DEPRECATIONS
static void numbers_set(GstElement *encoder, const char *property, const int *numbers, size_t n)
{
	GValueArray *array = g_value_array_new((guint)n);
	GValue value = G_VALUE_INIT;

	g_value_init(&value, G_TYPE_INT);
	for (size_t i = 0; i < n; i++) {
		g_value_set_int(&value, numbers[i]);
		g_value_array_append(array, &value);
	}
	g_object_set(encoder, property, array, NULL);
	g_value_array_free(array);
}
G_GNUC_END_IGNORE_DEPRECATIONS

void layers_configure(GstElement *encoder, int bitrate)
{
	g_autofree char *flags = g_strdup_printf(
		"<(GstVPXEncTsLayerFlags)%s,(GstVPXEncTsLayerFlags)%s,(GstVPXEncTsLayerFlags)%s,"
		"(GstVPXEncTsLayerFlags)%s>",
		FLAGS[0], FLAGS[1], FLAGS[2], FLAGS[3]);
	GValue sync = G_VALUE_INIT, one = G_VALUE_INIT;

	g_object_set(encoder, "temporal-scalability-number-layers", LAYERS_N,
		"temporal-scalability-periodicity", PERIOD, NULL);
	numbers_set(encoder, "temporal-scalability-layer-id", LAYER, PERIOD);
	numbers_set(encoder, "temporal-scalability-rate-decimator", DECIMATOR, LAYERS_N);
	gst_util_set_object_arg(G_OBJECT(encoder), "temporal-scalability-layer-flags", flags);
	gst_value_array_init(&sync, PERIOD);
	g_value_init(&one, G_TYPE_BOOLEAN);
	for (int i = 0; i < PERIOD; i++) {
		g_value_set_boolean(&one, SYNC[i]);
		gst_value_array_append_value(&sync, &one);
	}
	g_object_set_property(G_OBJECT(encoder), "temporal-scalability-layer-sync-flags", &sync);
	g_value_unset(&sync);
	layers_set_bitrate(encoder, bitrate);
}

void layers_set_bitrate(GstElement *encoder, int bitrate)
{
	int rates[LAYERS_N];

	for (int i = 0; i < LAYERS_N; i++)
		rates[i] = (int)((int64_t)bitrate * PERCENT[i] / 100);
	numbers_set(encoder, "temporal-scalability-target-bitrate", rates, LAYERS_N);
	g_object_set(encoder, "target-bitrate", bitrate, NULL);
}

bool layers_read(GstBuffer *encoded, uint8_t *ret_layer, bool *ret_sync)
{
	GstCustomMeta *meta = gst_buffer_get_custom_meta(encoded, "GstVP8Meta");
	GstStructure *s = meta ? gst_custom_meta_get_structure(meta) : NULL;
	gboolean scaled = FALSE, sync = FALSE;
	guint layer = 0;

	*ret_layer = 0;
	*ret_sync = false;
	if (!s || !gst_structure_get_boolean(s, "use-temporal-scaling", &scaled) || !scaled ||
		!gst_structure_get_uint(s, "layer-id", &layer) || layer >= LAYERS_N)
		return false;
	gst_structure_get_boolean(s, "layer-sync", &sync);
	*ret_layer = (uint8_t)layer;
	*ret_sync = sync;
	return true;
}
