using MtlStudio.Training.Batching;
using MtlStudio.Training.Loop;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Loop;

/// <summary>A bigram model: the logits of the next token are a row of one trained table W (vocabulary, vocabulary), plus a trained bias.</summary>
internal sealed class ToyModel : IDisposable
{
    public const int Vocabulary = 7;
    private Tensor table, bias;

    public ToyModel(long seed = 1)
    {
        using var generator = new Generator((ulong)seed);
        using var start = randn([Vocabulary, Vocabulary], generator: generator);
        using var zero = zeros(Vocabulary);
        (table, bias) = (start, zero);
        Parameters = new([new("table", start, true, leaf => table = leaf), new("bias", zero, false, leaf => bias = leaf)], CPU);
    }

    public FlatParameters Parameters { get; }

    public TrainedLosses Losses(int step, MicroBatch batch, BatchTensors tensors) => Each(batch, tensors);

    /// <summary>The cross entropy of each trained token.</summary>
    public Tensor Each(MicroBatch batch, BatchTensors tensors)
    {
        var states = table.index_select(0, tensors.Ids.flatten()).add(bias, Scalars.One);
        return nn.functional.cross_entropy(states.index_select(0, tensor(tensors.Labels.Index.ToArray())), tensor(tensors.Labels.Target.ToArray()), reduction: nn.Reduction.None);
    }

    /// <summary>The mean loss of each example.</summary>
    public double[] Means(IReadOnlyList<LabeledIds> examples)
    {
        using var quiet = no_grad();
        return [.. examples.Select(example =>
        {
            using var scope = NewDisposeScope();
            var batch = new MicroBatch(0, 0, [example]);
            return Each(batch, batch.Collate(CPU)).mean().item<float>();
        })];
    }

    public float[] Values() => Parameters.Values.data<float>().ToArray();

    public void Dispose() => Parameters.Dispose();

    /// <summary>Examples of uneven length, the first tokens masked.</summary>
    public static List<LabeledIds> Examples(int task, int count) =>
        [.. Enumerable.Range(0, count).Select(e =>
        {
            var random = new MtlStudio.Core.KeyedRandom(5, "toy", task, e);
            var ids = new int[3 + random.NextInt(6)];
            for (var t = 0; t < ids.Length; t++) ids[t] = random.NextInt(Vocabulary);
            return LabeledIds.AfterPrompt(ids, 1 + e % 2);
        })];
}
