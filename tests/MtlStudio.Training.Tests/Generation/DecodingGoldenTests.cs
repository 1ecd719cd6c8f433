using System.Text.Json;
using MtlStudio.Training.Generation;
using MtlStudio.Training.Models;
using MtlStudio.Training.Tests.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Generation;

/// <summary>Decoding against transformers' generate (goldens/hf).</summary>
public sealed class DecodingGoldenTests
{
    public static TheoryData<string, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, bool>();
            foreach (var folder in DecoderGoldenTests.Folders) foreach (var cached in new[] { true, false }) cases.Add(folder, cached);
            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Greedy_GivesTheReferencesTokens_WhenPromptsDifferInLength(string folder, bool useCache)
    {
        var golden = Golden.Hf(folder);
        using var model = CausalLm.Load(golden.Folder);
        var greedy = golden["greedy"];
        var prompts = Rows(greedy.GetProperty("prompts"));
        var options = new DecodingOptions { MaxNewTokens = 20, UseCache = useCache };
        var texts = TextGenerator.Generate(model, prompts, options, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(Rows(greedy.GetProperty("new_tokens")), texts.Select(t => t.Ids));
        Assert.All(texts, t => Assert.True(t.CutByLimit));

        foreach (var ends in new[] { "eos", "eos_list" }.Select(name => greedy.GetProperty(name)))
        {
            var eos = ends.GetProperty("eos_token_id").Longs();
            var stopped = TextGenerator.Generate(model, prompts, options with { EosIds = eos }, cancellation: TestContext.Current.CancellationToken);
            foreach (var (expected, text) in Rows(ends.GetProperty("sequences_after_prompt")).Zip(stopped))
            {
                var end = expected.FindIndex(t => eos.Contains(t));
                Assert.Equal(end < 0 ? expected : expected[..(end + 1)], text.Ids); // behind the end the reference pads
                Assert.Equal(end < 0, text.CutByLimit);
            }
        }
    }

    [Fact]
    public void Distribution_EqualsTheReference_ForEachSetting()
    {
        var decode = Golden.Hf("llama")["decode"];
        var logits = decode.GetProperty("raw_logits").Flat().Select(d => (float)d).ToArray();
        var tried = 0;
        foreach (var kase in decode.GetProperty("cases").EnumerateArray())
        {
            var settings = kase.GetProperty("settings");
            double Setting(string name, double fallback) => settings.TryGetProperty(name, out var value) ? value.GetDouble() : fallback;
            if (new[] { "no_repeat_ngram_size", "typical_p", "epsilon_cutoff" }.Any(name => settings.TryGetProperty(name, out _))) continue;
            var options = new DecodingOptions
            {
                Sample = true, Temperature = Setting("temperature", 1), TopK = (int)Setting("top_k", 0), TopP = Setting("top_p", 1),
                MinP = Setting("min_p", 0), RepetitionPenalty = Setting("repetition_penalty", 1),
            };
            var own = logits.ToArray();
            NextToken.Penalize(own, decode.GetProperty("prompt").Ints(), options.RepetitionPenalty);
            var probabilities = NextToken.Distribution(own, options);
            var expected = new double[logits.Length];
            foreach (var (token, probability) in kase.GetProperty("tokens").Ints().Zip(kase.GetProperty("probs").Flat())) expected[token] = probability;
            for (var i = 0; i < expected.Length; i++) Assert.True(Math.Abs(expected[i] - probabilities[i]) < 1e-5 && expected[i] > 0 == probabilities[i] > 0, $"{settings} token {i}: {probabilities[i]}, not {expected[i]}");
            tried++;
        }
        Assert.Equal(9, tried);
    }

    [Fact]
    public void Sampling_DependsOnSeedExampleAndPositionOnly_WhenBatchedOtherwise()
    {
        var golden = Golden.Hf("llama");
        using var model = CausalLm.Load(golden.Folder);
        var prompts = Rows(golden["greedy"].GetProperty("prompts"));
        var options = new DecodingOptions { MaxNewTokens = 12, Sample = true, Temperature = 0.9, TopK = 50, Seed = 7 };
        var token = TestContext.Current.CancellationToken;
        var together = TextGenerator.Generate(model, prompts, options, [5, 9], token);
        var apart = TextGenerator.Generate(model, [prompts[1]], options with { BatchSize = 1, UseCache = false }, [9], token);
        Assert.Equal(together[1].Ids, apart[0].Ids);
        Assert.NotEqual(together[1].Ids, TextGenerator.Generate(model, [prompts[1]], options with { Seed = 8 }, [9], token)[0].Ids);
        Assert.NotEqual(together[1].Ids, TextGenerator.Generate(model, [prompts[1]], options, [10], token)[0].Ids);
    }

    [Fact]
    public void Draw_FollowsTheProbabilities_WhenDrawnOften()
    {
        double[] probabilities = [0.5, 0, 0.3, 0.2];
        var counts = new int[4];
        for (var i = 0; i < 10_000; i++) counts[NextToken.Draw(probabilities, (i + 0.5) / 10_000)]++;
        Assert.Equal([5000, 0, 3000, 2000], counts);
        Assert.Equal(3, NextToken.Draw([0.5, 0, 0.3, 0.1], 0.999));
    }

    [Fact]
    public void Generate_NamesEveryFault_WhenOptionsAreOutOfRange()
    {
        var options = new DecodingOptions { MaxNewTokens = 0, Temperature = 0, TopK = -1, TopP = 1.5, MinP = -1, RepetitionPenalty = double.NaN, BatchSize = 0 };
        var fault = Assert.Throws<MtlStudio.Core.Runs.InvalidInputException>(options.Validate);
        Assert.Equal(["maxNewTokens", "temperature", "topK", "topP", "minP", "repetitionPenalty", "batchSize"], fault.Errors.Select(e => e.Field));
        Assert.Contains("(you gave 0)", fault.Errors[0].Message);
    }

    private static List<List<int>> Rows(JsonElement rows) => [.. rows.EnumerateArray().Select(r => r.Ints().ToList())];
}
