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
    private readonly bool whole;

    /// <param name="whole">With one slot: it holds the gradients of every owner's part, each in its own place, for tasks that share the row.</param>
    public GradientRows(FlatParameters parameters, int slots, bool whole = false)
    {
        this.parameters = parameters;
        this.whole = whole || parameters.Private.Count == 0;
        rows = zeros([slots, this.whole ? parameters.Count : parameters.RowLength], ScalarType.Float32, parameters.Values.device).DetachFromDisposeScope();
        direction = slots == 1 && this.whole ? rows[0].DetachFromDisposeScope() : zeros_like(parameters.Values).DetachFromDisposeScope();
        views = [.. Enumerable.Range(0, slots).Select(slot =>
        {
            using var row = rows[slot];
            return this.whole ? parameters.ViewsOf(row) : parameters.RowViewsOf(row);
        })];
    }

    public int Slots => views.Length;

    /// <summary>Elements of a row that tasks share; all of one that they share wholly.</summary>
    public long Width => whole ? parameters.Count : parameters.SharedCount;

    /// <summary>(<see cref="Width"/>): the shared part of a row as it stands; dispose the view.</summary>
    public Tensor RowOf(int slot)
    {
        using var row = rows[slot];
        return row.narrow(0, 0, Width);
    }

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

    /// <summary>(used, used) float64, on the device: inner products of the first rows over what tasks share, summed in double precision.</summary>
    public Tensor Gram(int used)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return Inner(used, 0, Width).MoveToOuterDisposeScope();
    }

    /// <summary>As <see cref="Gram"/>, of what is private: it means something for two tasks of one owner alone.</summary>
    public Tensor PrivateGram(int used)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return Inner(used, parameters.SharedCount, parameters.RowLength).MoveToOuterDisposeScope();
    }

    /// <summary>The (used, used) inner products of the first rows over each of these stretches, summed in double precision. Reads the device once.</summary>
    public IReadOnlyList<double[,]> Grams(int used, IReadOnlyList<(long Start, long Length)> ranges)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var read = stack([.. ranges.Select(range => Inner(used, range.Start, range.Start + range.Length))]).cpu().data<double>().ToArray();
        return [.. ranges.Select((_, r) =>
        {
            var gram = new double[used, used];
            Buffer.BlockCopy(read, r * used * used * sizeof(double), gram, 0, used * used * sizeof(double));
            return gram;
        })];
    }

    private Tensor Inner(int used, long from, long to)
    {
        var gram = zeros([used, used], ScalarType.Float64, rows.device);
        for (var start = from; start < to; start += Chunk)
        {
            using var part = NewDisposeScope();
            var chunk = rows.narrow(0, 0, used).narrow(1, start, Math.Min(Chunk, to - start)).to(ScalarType.Float64);
            gram.addmm_(chunk, chunk.t(), 1, 1);
        }
        return gram;
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

    /// <summary>Adds factor times a vector of P elements to the first row.</summary>
    public void Add(Tensor vector, double factor)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        if (factor != 0) rows[0].add_(vector, Scalars.Of(factor));
    }

    /// <summary>(used, <see cref="Width"/>): what is shared of the first rows themselves, a view that belongs to the caller.</summary>
    public Tensor First(int used)
    {
        using var first = rows.narrow(0, 0, used);
        return first.narrow(1, 0, Width);
    }

    /// <summary>(P): a direction that a policy wrote for what is shared, times a factor, beside what is private; valid until the next call.</summary>
    /// <param name="written">(<see cref="Width"/>): changed in place where nothing is private.</param>
    /// <param name="own">As in <see cref="Combine"/>.</param>
    public Tensor Placed(Tensor written, double factor, IReadOnlyList<(PrivatePart? Part, double Factor)> own)
    {
        if (whole) return written.mul_(Scalars.Of(factor));
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        CombineOwn(own);
        direction.narrow(0, 0, Width).copy_(written.mul_(Scalars.Of(factor)));
        return direction;
    }

    /// <summary>(P): Jᵀα in memory of its own; a row of coefficient 0 takes no part, whatever it holds.</summary>
    /// <param name="own">As in <see cref="Combine"/>.</param>
    public Tensor Combined(ReadOnlySpan<double> coefficients, IReadOnlyList<(PrivatePart? Part, double Factor)>? own = null)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var sum = zeros_like(parameters.Values);
        for (var slot = 0; slot < coefficients.Length; slot++)
            if (coefficients[slot] != 0) sum.narrow(0, 0, Width).add_(rows[slot].narrow(0, 0, Width), Scalars.Of(coefficients[slot]));
        AddOwn(sum, own ?? []);
        return sum.MoveToOuterDisposeScope();
    }

    /// <summary>(used): inner products of the first rows with a vector of P elements over what is shared, summed in double precision.</summary>
    public double[] Products(Tensor vector, int used)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var products = zeros([used], ScalarType.Float64, rows.device);
        for (long start = 0; start < Width; start += Chunk)
        {
            using var part = NewDisposeScope();
            var length = Math.Min(Chunk, Width - start);
            products.add_(rows.narrow(0, 0, used).narrow(1, start, length).to(ScalarType.Float64).mv(vector.narrow(0, start, length).to(ScalarType.Float64)), Scalars.One);
        }
        return products.cpu().data<double>().ToArray();
    }

    /// <summary>(P): Jᵀα, the rows' combination; valid until the next call. A row of coefficient 0 takes no part, whatever it holds.</summary>
    /// <param name="coefficients">α, by slot.</param>
    /// <param name="own">By slot, the part that is private to the task and the factor on its gradient there; empty: nothing is private. Parts that none names hold what they held.</param>
    public Tensor Combine(ReadOnlySpan<double> coefficients, IReadOnlyList<(PrivatePart? Part, double Factor)>? own = null)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        for (var slot = 0; slot < coefficients.Length; slot++)
            if (coefficients[slot] == 0) rows[slot].narrow(0, 0, Width).zero_(); // 0 · NaN is NaN
        if (!whole) CombineOwn(own!);
        var shared = direction.narrow(0, 0, parameters.SharedCount);
        if (Slots == 1 && whole)
        {
            if (coefficients[0] != 1) direction.mul_(Scalars.Of(coefficients[0]));
            return direction;
        }
        var alpha = tensor(coefficients.ToArray(), ScalarType.Float32, rows.device);
        if (parameters.SharedCount > 0) shared.addmv_(rows.narrow(0, 0, coefficients.Length).narrow(1, 0, parameters.SharedCount).t(), alpha, 0, 1);
        return direction;
    }

    private void CombineOwn(IReadOnlyList<(PrivatePart? Part, double Factor)> own)
    {
        foreach (var part in own.Select(pair => pair.Part).OfType<PrivatePart>().Distinct()) direction.narrow(0, part.Start, part.Length).zero_();
        AddOwn(direction, own);
    }

    private void AddOwn(Tensor sum, IReadOnlyList<(PrivatePart? Part, double Factor)> own)
    {
        for (var slot = 0; slot < own.Count; slot++)
            if (own[slot] is ({ } part, not 0 and var factor))
                sum.narrow(0, part.Start, part.Length).add_(rows[slot].narrow(0, parameters.SharedCount, part.Length), Scalars.Of(factor));
    }

    public void Dispose()
    {
        foreach (var view in views.SelectMany(v => v)) view.Dispose();
        direction.Dispose();
        rows.Dispose();
    }
}
