using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Loop;

/// <summary>
/// The task gradients of a step as the rows of one matrix J of (slots, P) float32. Row k is bound while task k's
/// micro-batches run, so that backward accumulates in place; one product gives the Gram matrix, one more the direction.
/// </summary>
public sealed class GradientRows : IDisposable
{
    /// <summary>Columns converted to double at a time for the Gram matrix.</summary>
    private const long Chunk = 1 << 18;

    private readonly FlatParameters parameters;
    private readonly Tensor rows;
    private readonly Tensor direction;
    private readonly Tensor[][] views;

    public GradientRows(FlatParameters parameters, int slots)
    {
        this.parameters = parameters;
        rows = zeros([slots, parameters.Count], ScalarType.Float32, parameters.Values.device).DetachFromDisposeScope();
        direction = slots == 1 ? rows[0].DetachFromDisposeScope() : zeros_like(parameters.Values).DetachFromDisposeScope();
        views = [.. Enumerable.Range(0, slots).Select(slot =>
        {
            using var row = rows[slot];
            return parameters.ViewsOf(row);
        })];
    }

    public int Slots => views.Length;

    /// <summary>Elements of a row.</summary>
    public long Width => parameters.Count;

    /// <summary>(P): a row as it stands; dispose the view.</summary>
    public Tensor RowOf(int slot) => rows[slot];

    /// <summary>Bytes that the matrix takes.</summary>
    public static long Bytes(long parameters, int slots) => parameters * slots * sizeof(float);

    /// <summary>Zeroes the first <paramref name="used"/> rows.</summary>
    public void Clear(int used)
    {
        using var part = rows.narrow(0, 0, used);
        part.zero_();
    }

    /// <summary>Backward accumulates into the row <paramref name="slot"/> from now on.</summary>
    public void Bind(int slot) => parameters.SetGradients(views[slot]);

    /// <summary>(used, used) float64, on the device: inner products of the first rows, summed in double precision.</summary>
    public Tensor Gram(int used)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var gram = zeros([used, used], ScalarType.Float64, rows.device);
        for (long start = 0; start < parameters.Count; start += Chunk)
        {
            using var part = NewDisposeScope();
            var chunk = rows.narrow(0, 0, used).narrow(1, start, Math.Min(Chunk, parameters.Count - start)).to(ScalarType.Float64);
            gram.addmm_(chunk, chunk.t(), 1, 1);
        }
        return gram.MoveToOuterDisposeScope();
    }

    /// <summary>Sets the elements of these rows that are not finite to 0.</summary>
    public void Mend(IEnumerable<int> slots)
    {
        using var quiet = no_grad();
        foreach (var slot in slots)
        {
            using var row = rows[slot];
            row.nan_to_num_(0, 0, 0);
        }
    }

    /// <summary>(used, P): the first rows themselves, a view that belongs to the caller.</summary>
    public Tensor First(int used) => rows.narrow(0, 0, used);

    /// <summary>(P): Jᵀα in memory of its own; a row of coefficient 0 takes no part, whatever it holds.</summary>
    public Tensor Combined(ReadOnlySpan<double> coefficients)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var sum = zeros_like(parameters.Values);
        for (var slot = 0; slot < coefficients.Length; slot++)
            if (coefficients[slot] != 0) sum.add_(rows[slot], coefficients[slot]);
        return sum.MoveToOuterDisposeScope();
    }

    /// <summary>(used): inner products of the first rows with a vector of P elements, summed in double precision.</summary>
    public double[] Products(Tensor vector, int used)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var products = zeros([used], ScalarType.Float64, rows.device);
        for (long start = 0; start < parameters.Count; start += Chunk)
        {
            using var part = NewDisposeScope();
            var length = Math.Min(Chunk, parameters.Count - start);
            products.add_(rows.narrow(0, 0, used).narrow(1, start, length).to(ScalarType.Float64).mv(vector.narrow(0, start, length).to(ScalarType.Float64)));
        }
        return products.cpu().data<double>().ToArray();
    }

    /// <summary>(P): Jᵀα, the rows' combination; valid until the next call. A row of coefficient 0 takes no part, whatever it holds.</summary>
    public Tensor Combine(ReadOnlySpan<double> coefficients)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        for (var slot = 0; slot < coefficients.Length; slot++)
            if (coefficients[slot] == 0) rows[slot].zero_(); // 0 · NaN is NaN
        if (Slots == 1)
        {
            if (coefficients[0] != 1) direction.mul_(coefficients[0]);
            return direction;
        }
        var alpha = tensor(coefficients.ToArray(), ScalarType.Float32, rows.device);
        direction.addmv_(rows.narrow(0, 0, coefficients.Length).t(), alpha, 0, 1);
        return direction;
    }

    public void Dispose()
    {
        foreach (var view in views.SelectMany(v => v)) view.Dispose();
        direction.Dispose();
        rows.Dispose();
    }
}
