using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;

namespace MtlStudio.Training.Generation;

/// <summary>What a model's folder recommends for decoding.</summary>
public static class GenerationConfig
{
    /// <summary>
    /// Options from <c>generation_config.json</c>, whose <c>eos_token_id</c> may be a list, or config.json's ends of text
    /// where that file or field is absent.
    /// </summary>
    /// <exception cref="InvalidInputException">Every field of another type or out of range.</exception>
    public static DecodingOptions Read(string folder, ModelConfig model)
    {
        const string name = "generation_config.json";
        if (!File.Exists(Path.Combine(folder, name))) return new() { EosIds = model.EosTokenIds };
        var config = ConfigReader.Open(Path.Combine(folder, name), []);
        var eos = config.Ids("eos_token_id");
        var options = new DecodingOptions
        {
            EosIds = eos.Count > 0 ? eos : model.EosTokenIds,
            Sample = config.Bool("do_sample", false),
            Temperature = config.Double("temperature", 1, above: 0),
            TopK = config.Int("top_k", 0, min: 0),
            TopP = config.Double("top_p", 1, above: 0),
            MinP = config.Double("min_p", 0),
            RepetitionPenalty = config.Double("repetition_penalty", 1, above: 0),
        };
        config.ThrowIfFaulty();
        return options;
    }
}
