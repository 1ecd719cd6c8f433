using MtlStudio.Core;

namespace MtlStudio.Core.Tests;

public sealed class KeyedRandomTests
{
    [Fact]
    public void NextUInt64_GivesTheSameNumbers_WhenTheKeyIsTheSame()
    {
        var first = new KeyedRandom(7, "sampler", 3, 1);
        var second = new KeyedRandom(7, "sampler", 3, 1);
        var other = new KeyedRandom(7, "sampler", 1, 3);
        var numbers = Enumerable.Range(0, 100).Select(_ => first.NextUInt64()).ToArray();
        Assert.Equal(numbers, Enumerable.Range(0, 100).Select(_ => second.NextUInt64()));
        Assert.DoesNotContain(other.NextUInt64(), numbers);
    }

    [Fact]
    public void NextInt_IsUniform_WhenDrawnOften()
    {
        var random = new KeyedRandom(1, "test");
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++) counts[random.NextInt(7)]++;
        // 5 standard deviations of a binomial(70000, 1/7) are 463.
        Assert.All(counts, count => Assert.InRange(count, 10_000 - 463, 10_000 + 463));
    }

    [Fact]
    public void Shuffle_KeepsEveryItem_WhenShuffled()
    {
        var items = Enumerable.Range(0, 50).ToArray();
        new KeyedRandom(3, "order").Shuffle(items.AsSpan());
        Assert.NotEqual(Enumerable.Range(0, 50), items);
        Assert.Equal(Enumerable.Range(0, 50), items.Order());
    }
}
