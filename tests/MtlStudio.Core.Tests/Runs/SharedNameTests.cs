using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Tests.Runs;

public sealed class SharedNameTests
{
    [Theory]
    [InlineData("study, equal", "study, equal, seed 1", "study, equal, seed 2", "study, equal, seed 13")]
    [InlineData("four tasks", "four tasks · seed 1", "four tasks · seed 2")]
    [InlineData("four tasks large", "four tasks seed=1 large", "four tasks seed=2 large")]
    [InlineData("same", "same", "same")]
    [InlineData("first", "first", "second")]
    [InlineData("seed 1", "seed 1", "seed 2")]
    [InlineData("a a", "a a a", "a a")]
    public void Of_KeepsTheWordsThatAllHave(string expected, params string[] names) => Assert.Equal(expected, SharedName.Of(names));

    [Fact]
    public void Apart_LeavesOutWhatAllBeginWith_UnlessThatIsAllOneSays()
    {
        Assert.Equal(["equal", "pcgrad"], SharedName.Apart(["study, equal", "study, pcgrad"]));
        Assert.Equal(["plain", "plain too"], SharedName.Apart(["plain", "plain too"]));
        Assert.Equal(["a", "b"], SharedName.Apart(["a", "b"]));
        Assert.Equal(["one name"], SharedName.Apart(["one name"]));
    }
}
