using System.Text.Json;
using MtlStudio.Core.Runs;

namespace MtlStudio.Trainer.Pretraining;

/// <summary>Describes a pre-training wholly: the text, the tokenizer that is learned from it, the shape of the model, the training.</summary>
public sealed record PretrainSpec
{
    /// <summary>Text files, one document a line, relative to the spec's folder.</summary>
    public IReadOnlyList<string> Text { get; init; } = [];
    public long Seed { get; init; } = 1;
    /// <summary>Entries of the byte-level BPE vocabulary: 256 bytes, special tokens, merges.</summary>
    public int Vocabulary { get; init; } = 1024;
    public int Hidden { get; init; } = 128;
    public int Layers { get; init; } = 4;
    public int Heads { get; init; } = 4;
    /// <summary>Key and value heads; 0: as many as <see cref="Heads"/>.</summary>
    public int KeyValueHeads { get; init; }
    /// <summary>Width of the MLP; 0: 8/3 of hidden, rounded up to a multiple of 16.</summary>
    public int Intermediate { get; init; }
    /// <summary>Positions the model is made for, and tokens of a packed row.</summary>
    public int Positions { get; init; } = 256;
    public int Steps { get; init; } = 2000;
    /// <summary>Packed rows in a step.</summary>
    public int Batch { get; init; } = 16;
    public double Lr { get; init; } = 2e-3;
    public int WarmupSteps { get; init; } = 100;
    /// <summary>Where the cosine ends, as a share of the highest rate.</summary>
    public double MinRatio { get; init; } = 0.1;
    public double WeightDecay { get; init; } = 0.1;
    public double Beta2 { get; init; } = 0.95;
    public double ClipNorm { get; init; } = 1;
    /// <summary>Documents held out for the validation loss.</summary>
    public int Validation { get; init; } = 200;

    /// <exception cref="InvalidInputException">Not readable, not JSON, or a field that is not there.</exception>
    public static PretrainSpec Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<PretrainSpec>(File.ReadAllText(path), Strict) ?? throw new JsonException("it is null");
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            throw new InvalidInputException("--spec", $"{path} cannot be read: {exception.Message}");
        }
    }

    /// <exception cref="InvalidInputException">Every value out of range.</exception>
    public void Validate()
    {
        var errors = new List<FieldError>();
        void Check(string field, double value, double least, double most = double.PositiveInfinity)
        {
            if (!(value >= least && value <= most)) errors.Add(new(field, $"{field} must be {(double.IsInfinity(most) ? $"at least {least}" : $"{least} to {most}")} (you gave {value})"));
        }
        if (Text.Count == 0) errors.Add(new("text", "There is no text: name at least one file"));
        Check("vocabulary", Vocabulary, 258, 1_000_000);
        Check("hidden", Hidden, 2, 65_536);
        Check("layers", Layers, 1, 1000);
        Check("heads", Heads, 1, 1024);
        Check("keyValueHeads", KeyValueHeads, 0, Heads);
        Check("intermediate", Intermediate, 0, 1_000_000);
        Check("positions", Positions, 8, 1_048_576);
        Check("steps", Steps, 1, 100_000_000);
        Check("batch", Batch, 1, 65_536);
        Check("lr", Lr, double.Epsilon, 10);
        Check("warmupSteps", WarmupSteps, 0, Steps);
        Check("minRatio", MinRatio, 0, 1);
        Check("weightDecay", WeightDecay, 0, 10);
        Check("beta2", Beta2, 0, 0.9999999);
        Check("clipNorm", ClipNorm, 0);
        Check("validation", Validation, 0);
        if (Heads > 0 && (Hidden % Heads != 0 || Hidden / Heads % 2 != 0)) errors.Add(new("heads", $"hidden must be an even multiple of heads (you gave {Hidden} and {Heads})"));
        if (KeyValueHeads > 0 && Heads % KeyValueHeads != 0) errors.Add(new("keyValueHeads", $"heads must be a multiple of keyValueHeads (you gave {Heads} and {KeyValueHeads})"));
        if (errors.Count > 0) throw new InvalidInputException(errors);
    }

    private static readonly JsonSerializerOptions Strict = MakeStrict();

    private static JsonSerializerOptions MakeStrict()
    {
        var options = new JsonSerializerOptions { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };
        WireJson.Configure(options);
        return options;
    }
}
