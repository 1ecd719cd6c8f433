namespace MtlStudio.Training.Models;

/// <summary>Collects a model's parameter slots and linear layers while a family builds it.</summary>
public sealed class ParameterRegistry
{
    private readonly Dictionary<string, ParameterSlot> slots = new(StringComparer.Ordinal);
    private readonly List<Linear> linears = [];
    private readonly List<TokenEmbedding> embeddings = [];
    private readonly List<ResidualSum> residuals = [];

    /// <summary>Every slot by name, tied ones too.</summary>
    public IReadOnlyDictionary<string, ParameterSlot> Slots => slots;
    public IReadOnlyList<Linear> Linears => linears;
    public IReadOnlyList<TokenEmbedding> Embeddings => embeddings;
    public IReadOnlyList<ResidualSum> Residuals => residuals;

    public ParameterSlot Add(string name, ParameterStart start, params long[] shape) => slots[name] = new(name, shape, start);

    /// <summary>A layer whose tensors are <c>name.weight</c> (out, in) and, if it has one, <c>name.bias</c>.</summary>
    public Linear Linear(string name, long inFeatures, long outFeatures, bool bias)
    {
        var weight = Add(name + ".weight", ParameterStart.Normal, outFeatures, inFeatures);
        var layer = new Linear(name, weight, bias ? Add(name + ".bias", ParameterStart.Zeros, outFeatures) : null);
        linears.Add(layer);
        return layer;
    }

    /// <summary>A layer with a bias whose weight lies as (in, out), as transformers' Conv1D has it.</summary>
    public Linear Transposed(string name, long inFeatures, long outFeatures)
    {
        var layer = new Linear(name, Add(name + ".weight", ParameterStart.Normal, inFeatures, outFeatures), Add(name + ".bias", ParameterStart.Zeros, outFeatures), transposed: true);
        linears.Add(layer);
        return layer;
    }

    /// <summary>A table <c>name.weight</c> (rows, size).</summary>
    public TokenEmbedding Embedding(string name, long rows, long size)
    {
        var table = new TokenEmbedding(name, Add(name + ".weight", ParameterStart.Normal, rows, size));
        embeddings.Add(table);
        return table;
    }

    /// <summary>Where the attention or MLP of a layer joins the residual stream.</summary>
    public ResidualSum Residual(int layer, string place, int hidden)
    {
        var sum = new ResidualSum(layer, place, hidden);
        residuals.Add(sum);
        return sum;
    }

    /// <summary>A norm whose tensors are <c>name.weight</c> and <c>name.bias</c>.</summary>
    public LayerNorm LayerNorm(string name, long size, double epsilon) => new(Add(name + ".weight", ParameterStart.Ones, size), Add(name + ".bias", ParameterStart.Zeros, size), epsilon);

    public RmsNorm RmsNorm(string name, long size, double epsilon) => new(Add(name + ".weight", ParameterStart.Ones, size), epsilon);
}
