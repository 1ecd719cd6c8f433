using System.Text.Json;
using MtlStudio.Testing;
using MtlStudio.Training.Generation;
using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Models;

/// <summary>A really trained model against the figures of llama2.c and of double-precision arithmetic.</summary>
public sealed class Stories260KTests
{
    private static Golden Open() => Golden.Open(SharedFolder.Need("data/pretrained/stories260K"), "golden.json");

    [Fact]
    public void Greedy_GivesKarpathysText_For200Tokens()
    {
        var golden = Open();
        using var model = CausalLm.Load(golden.Folder);
        var expected = golden["greedy_from_bos_200"].GetProperty("token_ids").Ints();
        var text = TextGenerator.Generate(model, [expected[..1]], new() { MaxNewTokens = 200 }, cancellation: TestContext.Current.CancellationToken)[0];
        Assert.Equal(expected[1..], text.Ids);
    }

    [Fact]
    public void Logits_EqualTheReference_AfterBosAndAPrompt()
    {
        var golden = Open();
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = CausalLm.Load(golden.Folder);
        AssertLast([1], golden["logits_after_bos"]);
        AssertLast(golden["prompt"].GetProperty("ids").Longs(), golden["prompt"].GetProperty("logits_last"));

        void AssertLast(long[] ids, JsonElement expected)
        {
            var hidden = model.Hidden(tensor(ids).view(1, -1), AttentionLayout.Causal(1, ids.Length));
            model.Logits(hidden.narrow(1, ids.Length - 1, 1)).view(-1).AssertClose(tensor(expected.Flat()), 1e-4);
        }
    }

    // The two texts of golden.json's mean_nll_per_token, as tok512 encodes them.
    private static readonly long[][] Texts =
    [
        [1, 385, 328, 432, 261, 376, 268, 414, 422, 395, 326, 263, 377, 267, 265, 282, 295, 433, 335, 345, 400, 428, 426, 291, 400, 428, 352, 303, 272, 412, 356, 269, 326, 286, 393, 426],
        [1, 291, 344, 429, 289, 287, 417, 429, 410, 288, 427, 421, 417, 429, 294, 417, 289, 419, 373, 410, 456, 425, 303, 413, 425, 423, 280, 415, 420, 287, 414, 418, 422, 416, 314, 417, 429, 419, 410, 276, 423, 412, 271, 318, 416, 429, 305, 295, 267, 410, 276, 428, 425, 421, 294, 304, 419, 426],
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void MeanLoss_EqualsTheReference_OnAStoryAndOnForeignText(int text)
    {
        var ids = Texts[text];
        var golden = Open();
        var expected = golden["mean_nll_per_token"].EnumerateObject().ElementAt(text).Value.GetDouble();
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = CausalLm.Load(golden.Folder);
        var labels = LabelPositions.Of(ids, 1, ids.Length);
        var loss = TokenLoss.Sum(model, model.Hidden(tensor(ids).view(1, -1), AttentionLayout.Causal(1, ids.Length)), labels).item<float>() / labels.Count;
        Assert.Equal(expected, loss, 1e-5);
    }
}
