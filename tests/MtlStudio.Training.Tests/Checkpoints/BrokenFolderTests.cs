using System.Text.Json;
using MtlStudio.Core.Runs;
using MtlStudio.Testing;
using MtlStudio.Training.Models;

namespace MtlStudio.Training.Tests.Checkpoints;

/// <summary>Every folder of goldens/hf/broken is refused, loaded with a warning, or loaded, as its why.txt says, and the message names what is at fault.</summary>
public sealed class BrokenFolderTests
{
    // What the message must name: a field, a tensor or a file, and the value or place at fault.
    private static readonly Dictionary<string, string[]> Named = new()
    {
        ["bad-json-config"] = ["config.json", "not valid JSON"],
        ["config-not-object"] = ["config.json", "Array"],
        ["duplicate-across-shards"] = ["lm_head.weight", "model-00002-of-00002.safetensors", "model-00001-of-00002.safetensors"],
        ["duplicate-key-in-header"] = ["model.safetensors", "model.norm.weight", "twice"],
        ["empty-weights"] = ["model.safetensors", "0 bytes"],
        ["extra-layer-tensors"] = ["model.layers.1.", "9 tensors"],
        ["header-bad-utf8"] = ["model.safetensors", "not UTF-8"],
        ["header-length-negative"] = ["model.safetensors", "18446744073709551615"],
        ["header-length-past-end"] = ["model.safetensors", "4192"],
        ["header-length-short"] = ["model.safetensors", "not valid JSON"],
        ["header-length-too-big"] = ["model.safetensors", "1099511627776"],
        ["header-not-json"] = ["model.safetensors", "not valid JSON"],
        ["header-not-object"] = ["model.safetensors", "Array"],
        ["heads-not-divisible"] = ["num_key_value_heads", "2", "3"],
        ["hole-in-offsets"] = ["model.norm.weight", "16 bytes"],
        ["index-bad-json"] = ["model.safetensors.index.json", "not valid JSON"],
        ["index-escapes-folder"] = ["model.safetensors.index.json", "../ok-control/model.safetensors"],
        ["index-lacks-tensor"] = ["model.safetensors.index.json", "lm_head.weight", "model-00001-of-00002.safetensors"],
        ["index-wrong-shard"] = ["model.safetensors.index.json", "model.norm.weight", "model-00001-of-00002.safetensors"],
        ["inf-weights"] = ["model.layers.0.mlp.down_proj.weight", "infinity"],
        ["integer-weights"] = ["model.layers.0.mlp.down_proj.weight", "I32"],
        ["layers-as-string"] = ["config.json:num_hidden_layers", "\"one\""],
        ["lfs-pointer"] = ["model.safetensors", "git-lfs"],
        ["missing-lm-head-untied"] = ["lm_head.weight"],
        ["missing-tensor"] = ["model.layers.0.mlp.down_proj.weight"],
        ["nan-weights"] = ["model.norm.weight", "NaN"],
        ["negative-shape"] = ["model.norm.weight", "-8"],
        ["no-config"] = ["config.json", "not in"],
        ["no-model-type"] = ["config.json:model_type", "llama"],
        ["no-weights"] = ["model.safetensors", "model.safetensors.index.json"],
        ["offsets-past-end"] = ["model.norm.weight"],
        ["offsets-reversed"] = ["model.norm.weight"],
        ["overflowing-shape"] = ["model.norm.weight", "8589934592"],
        ["overlapping-offsets"] = ["model.embed_tokens.weight", "lm_head.weight", "overlap"],
        ["pickle-only"] = ["pytorch_model.bin", "safetensors", "convert"],
        ["shard-missing"] = ["model-00002-of-00002.safetensors"],
        ["size-not-shape"] = ["model.norm.weight"],
        ["tied-and-both-missing"] = ["model.embed_tokens.weight", "lm_head.weight"],
        ["tied-but-different-head"] = ["tie_word_embeddings", "lm_head.weight", "not tied"],
        ["trailing-bytes"] = ["model.safetensors", "16 bytes"],
        ["truncated"] = ["model.safetensors", "cut off"],
        ["truncated-in-header"] = ["model.safetensors", "cut off"],
        ["unknown-activation"] = ["config.json:hidden_act", "swooosh", "silu"],
        ["unknown-architecture"] = ["config.json:model_type", "zebrafish", "llama"],
        ["unknown-dtype"] = ["model.norm.weight", "F31"],
        ["unknown-rope-type"] = ["config.json:rope_parameters:rope_type", "spiral", "llama3"],
        ["wrong-shape"] = ["model.layers.0.mlp.down_proj.weight", "[12, 8]", "[8, 12]"],
        ["wrong-vocab"] = ["model.embed_tokens.weight", "[16, 8]", "[19, 8]"],
    };

    [Fact]
    public void EveryFolder_IsListedHere_WhenItIsBroken()
    {
        var root = SharedFolder.Need("goldens/hf/broken");
        var broken = Directory.GetDirectories(root).Where(d => Verdict(d) != "load").Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal);
        Assert.Equal(broken, Named.Keys.Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Folders))]
    public void Load_DoesWhatTheFolderOwes_AndNamesTheFault(string name)
    {
        var folder = SharedFolder.Need($"goldens/hf/broken/{name}");
        var verdict = Verdict(folder);
        var messages = "";
        if (verdict == "refuse")
        {
            var fault = Assert.Throws<InvalidInputException>(() => CausalLm.Load(folder).Dispose());
            messages = fault.Message;
        }
        else
        {
            using var model = CausalLm.Load(folder);
            if (verdict == "load") Assert.Empty(model.Warnings);
            messages = string.Join("\n", model.Warnings);
        }
        foreach (var part in Named.GetValueOrDefault(name, [])) Assert.Contains(part, messages);
    }

    public static TheoryData<string> Folders => [.. Named.Keys, "ok-control", "ok-control-sharded"];

    [Fact]
    public void Config_NamesEveryFaultAtOnce_WhenSeveralFieldsAreWrong()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("config.json"), JsonSerializer.Serialize(new { model_type = "llama", hidden_size = -4, hidden_act = "none", rms_norm_eps = "small", tie_word_embeddings = 1, rope_scaling = new { type = "yarn" } }));
        var fault = Assert.Throws<InvalidInputException>(() => CausalLm.ReadConfigOf(folder.Path));
        Assert.Equal(
            ["config.json:hidden_size", "config.json:hidden_act", "config.json:rms_norm_eps", "config.json:tie_word_embeddings", "config.json:rope_scaling:factor"],
            fault.Errors.Select(e => e.Field));
    }

    private static string Verdict(string folder)
    {
        var why = File.ReadAllText(Path.Combine(folder, "why.txt"));
        return why[..why.IndexOfAny([':', ' '])];
    }
}
