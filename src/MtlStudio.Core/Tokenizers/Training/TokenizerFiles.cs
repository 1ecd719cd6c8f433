using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.IO;

namespace MtlStudio.Core.Tokenizers.Training;

/// <summary>Writes a learned vocabulary as Hugging Face's files.</summary>
internal static class TokenizerFiles
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(string folder, LearnedVocabulary learned, ByteLevelBpeOptions options, IReadOnlyList<string> special)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.WriteText(Path.Combine(folder, "tokenizer.json"), Tokenizer(learned, options, special).ToJsonString(Readable) + "\n");
        AtomicFile.WriteText(Path.Combine(folder, "tokenizer_config.json"), Config(options).ToJsonString(Readable) + "\n");
    }

    private static JsonObject Tokenizer(LearnedVocabulary learned, ByteLevelBpeOptions options, IReadOnlyList<string> special) => new()
    {
        ["version"] = "1.0",
        ["truncation"] = null,
        ["padding"] = null,
        ["added_tokens"] = new JsonArray([.. special.Select((content, id) => new JsonObject
        {
            ["id"] = id, ["content"] = content, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false, ["special"] = true,
        })]),
        ["normalizer"] = null,
        ["pre_tokenizer"] = new JsonObject
        {
            ["type"] = "Sequence",
            ["pretokenizers"] = new JsonArray(
                new JsonObject { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = ByteLevelBpeTrainer.SplitPattern }, ["behavior"] = "Isolated", ["invert"] = false },
                ByteLevel(trimOffsets: true)),
        },
        ["post_processor"] = options.BeginWithEndOfText ? Template(options.EndOfText) : ByteLevel(trimOffsets: false),
        ["decoder"] = ByteLevel(trimOffsets: true),
        ["model"] = new JsonObject
        {
            ["type"] = "BPE",
            ["dropout"] = null,
            ["unk_token"] = null,
            ["continuing_subword_prefix"] = null,
            ["end_of_word_suffix"] = null,
            ["fuse_unk"] = false,
            ["byte_fallback"] = false,
            ["ignore_merges"] = false,
            ["vocab"] = new JsonObject(learned.Tokens.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id))),
            ["merges"] = new JsonArray([.. learned.Merges.Select(merge => new JsonArray(merge.Left, merge.Right))]),
        },
    };

    private static JsonObject ByteLevel(bool trimOffsets) =>
        new() { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = trimOffsets, ["use_regex"] = false };

    private static JsonObject Template(string token)
    {
        return new()
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(Special(0), Sequence("A", 0)),
            ["pair"] = new JsonArray(Special(0), Sequence("A", 0), Special(1), Sequence("B", 1)),
            ["special_tokens"] = new JsonObject { [token] = new JsonObject { ["id"] = token, ["ids"] = new JsonArray(0), ["tokens"] = new JsonArray(token) } },
        };

        JsonObject Special(int type) => new() { ["SpecialToken"] = new JsonObject { ["id"] = token, ["type_id"] = type } };

        static JsonObject Sequence(string name, int type) => new() { ["Sequence"] = new JsonObject { ["id"] = name, ["type_id"] = type } };
    }

    private static JsonObject Config(ByteLevelBpeOptions options) => new()
    {
        ["bos_token"] = options.EndOfText,
        ["eos_token"] = options.EndOfText,
        ["pad_token"] = options.Padding,
        ["clean_up_tokenization_spaces"] = false,
        ["model_max_length"] = options.ModelMaxLength,
        ["tokenizer_class"] = "PreTrainedTokenizerFast",
    };
}
