using CsCheck;
using Orchestrator.Model;
using Xunit;

namespace Orchestrator.Model.Tests;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("0.5", "500m")]
    [InlineData("1000m", "1")]
    [InlineData("1500m", "1500m")]
    [InlineData("1.5Gi", "1536Mi")]
    [InlineData("1024Ki", "1Mi")]
    [InlineData("1024", "1024")]
    [InlineData("1000", "1k")]
    [InlineData("1e3", "1k")]
    [InlineData("2E6", "2M")]
    [InlineData("12E", "12E")]
    [InlineData("0.1Gi", "107374182400m")]
    [InlineData("100n", "100n")]
    [InlineData("0.1n", "1n")]
    [InlineData("-500m", "-500m")]
    [InlineData("+2", "2")]
    [InlineData("1Ki", "1Ki")]
    [InlineData(".5", "500m")]
    public void ToString_Parsed_IsCanonical(string text, string expected) => Assert.Equal(expected, Quantity.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("Mi")]
    [InlineData("1.2.3")]
    [InlineData("1 Gi")]
    [InlineData("1ki")]
    [InlineData("0x10")]
    [InlineData("1e")]
    [InlineData("--1")]
    [InlineData("1e99999")]
    [InlineData("NaN")]
    public void TryParse_NoQuantity_IsFalse(string text) => Assert.False(Quantity.TryParse(text, out _));

    [Theory]
    [InlineData("1m", 1, 1)]
    [InlineData("1500m", 1500, 2)]
    [InlineData("1u", 1, 1)]
    [InlineData("-1500m", -1500, -2)]
    [InlineData("999999E", long.MaxValue, long.MaxValue)]
    public void Ceilings_Fractions_RoundAwayFromZeroAndHold(string text, long milli, long units)
    {
        Assert.Equal(milli, Quantity.Parse(text).ToMilliCeiling());
        Assert.Equal(units, Quantity.Parse(text).ToInt64Ceiling());
    }

    [Fact]
    public void ToString_AnyQuantity_ReadsBackEqualAndStable() => Text.Sample(text =>
    {
        var quantity = Quantity.Parse(text);
        var canonical = quantity.ToString();
        Assert.Equal(quantity, Quantity.Parse(canonical));
        Assert.Equal(canonical, Quantity.Parse(canonical).ToString());
    });

    [Fact]
    public void PlusAndMinus_Any_AreInverse() => Gen.Select(Text, Text).Sample((left, right) =>
        Quantity.Parse(left) + Quantity.Parse(right) - Quantity.Parse(right) == Quantity.Parse(left));

    [Fact]
    public void CompareTo_Integers_AgreesWithNumbers() => Gen.Select(Gen.Long[-1_000_000, 1_000_000], Gen.Long[-1_000_000, 1_000_000]).Sample((left, right) =>
        Quantity.FromMilli(left).CompareTo(Quantity.FromMilli(right)) == left.CompareTo(right));

    private static readonly Gen<string> Text = Gen.Select(Gen.Int[-99_999, 99_999], Gen.Int[0, 999], Gen.OneOf("", "n", "u", "m", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti", "e2", "E-3"))
        .Select((whole, fraction, suffix) => FormattableString.Invariant($"{whole}.{fraction}{suffix}"));
}
