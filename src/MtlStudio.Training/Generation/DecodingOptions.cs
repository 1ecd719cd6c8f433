using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Generation;

/// <summary>How text is continued. Defaults are greedy.</summary>
public sealed record DecodingOptions
{
    public int MaxNewTokens { get; init; } = 64;
    /// <summary>Tokens that end a text; the one that does is kept.</summary>
    public IReadOnlyList<long> EosIds { get; init; } = [];
    /// <summary>Draws from the distribution; otherwise the most likely token is taken.</summary>
    public bool Sample { get; init; }
    /// <summary>Divides the logits (sampling only).</summary>
    public double Temperature { get; init; } = 1;
    /// <summary>Keeps the so many most likely tokens, ties with the last too; 0: all (sampling only).</summary>
    public int TopK { get; init; }
    /// <summary>Keeps the most likely tokens that together reach this share, the one that crosses it too (Holtzman et al. 2020; sampling only).</summary>
    public double TopP { get; init; } = 1;
    /// <summary>Keeps tokens at least this share as likely as the most likely one; 0: all (sampling only).</summary>
    public double MinP { get; init; }
    /// <summary>Divides positive and multiplies negative logits of tokens already in prompt or output (Keskar et al. 2019); 1: none.</summary>
    public double RepetitionPenalty { get; init; } = 1;
    /// <summary>Of the draws; each is keyed by seed, example and position.</summary>
    public long Seed { get; init; }
    /// <summary>Off, everything is computed anew for each token: the same texts, slower.</summary>
    public bool UseCache { get; init; } = true;
    /// <summary>Prompts decoded together.</summary>
    public int BatchSize { get; init; } = 32;

    /// <exception cref="InvalidInputException">Every value out of range.</exception>
    public void Validate()
    {
        List<FieldError> errors = [];
        void Check(bool good, string field, string message)
        {
            if (!good) errors.Add(new(field, message));
        }
        Check(MaxNewTokens >= 1, "maxNewTokens", $"Max new tokens must be at least 1 (you gave {MaxNewTokens})");
        Check(double.IsFinite(Temperature) && Temperature > 0, "temperature", $"Temperature must be above 0 (you gave {Temperature}); for the most likely token take greedy decoding");
        Check(TopK >= 0, "topK", $"Top k must be at least 0 (you gave {TopK})");
        Check(TopP is > 0 and <= 1, "topP", $"Top p must be above 0 and at most 1 (you gave {TopP})");
        Check(MinP is >= 0 and <= 1, "minP", $"Min p must be from 0 to 1 (you gave {MinP})");
        Check(double.IsFinite(RepetitionPenalty) && RepetitionPenalty > 0, "repetitionPenalty", $"Repetition penalty must be above 0 (you gave {RepetitionPenalty})");
        Check(BatchSize >= 1, "batchSize", $"Batch size must be at least 1 (you gave {BatchSize})");
        if (errors.Count > 0) throw new InvalidInputException(errors);
    }
}
