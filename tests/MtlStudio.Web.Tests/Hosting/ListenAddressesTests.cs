using Microsoft.Extensions.Configuration;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Hosting;

namespace MtlStudio.Web.Tests.Hosting;

public sealed class ListenAddressesTests
{
    [Fact]
    public void Read_GivesTheDefault_WhenNothingIsAsked() => Assert.Equal([ListenAddresses.Default], Read([]));

    [Theory]
    [InlineData("urls", "http://127.0.0.1:0")]
    [InlineData("urls", "http://localhost:5000;http://[::1]:5001")]
    public void Read_Allows_ThisMachine(string key, string value) => Assert.Equal(value.Split(';'), Read(new() { [key] = value }));

    [Theory]
    [InlineData("urls", "http://0.0.0.0:80")]
    [InlineData("urls", "http://127.0.0.1:80;http://*:81")]
    [InlineData("urls", "http://[::]:80")]
    [InlineData("urls", "http://studio.example:80")]
    [InlineData("http_ports", "8080")]
    [InlineData("https_ports", "8443")]
    [InlineData("Kestrel:Endpoints:Open:Url", "http://192.168.1.2:80")]
    public void Read_RefusesTheNetwork_UntilItIsAllowed(string key, string value)
    {
        var fault = Assert.Throws<InvalidInputException>(() => Read(new() { [key] = value }));
        Assert.Contains("Studio:AllowAnonymousNetwork=true", Assert.Single(fault.Errors).Message);
        Assert.NotEmpty(Read(new() { [key] = value }, new StudioOptions { AllowAnonymousNetwork = true }));
    }

    [Theory]
    [InlineData("127.0.0.1:80")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("http://")]
    public void Read_Refuses_WhatIsNoAddress(string value) => Assert.Throws<InvalidInputException>(() => Read(new() { ["urls"] = value }));

    private static IReadOnlyList<string> Read(Dictionary<string, string?> values, StudioOptions? options = null) =>
        ListenAddresses.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), options ?? new StudioOptions());
}
