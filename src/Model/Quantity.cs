using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;

namespace Orchestrator.Model;

/// <summary>
/// An exact Kubernetes quantity (<c>100m</c>, <c>1.5Gi</c>, <c>2e3</c>). Held as nanos (10⁻⁹), the smallest unit of the format; a finer
/// value is rounded up, away from zero. Source: Kubernetes API reference, "Quantity".
/// </summary>
public readonly struct Quantity : IEquatable<Quantity>, IComparable<Quantity>
{
    private static readonly BigInteger NanosPerUnit = 1_000_000_000;
    private static readonly (string Suffix, int Power)[] Decimal =
        [("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18)];
    private static readonly string[] Binary = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

    private readonly BigInteger _nanos;
    private readonly bool _binary;

    private Quantity(BigInteger nanos, bool binary)
    {
        _nanos = nanos;
        _binary = binary;
    }

    public static Quantity Zero { get; }
    public static Quantity FromMilli(long milli) => new((BigInteger)milli * 1_000_000, false);
    public static Quantity FromNano(long nano) => new(nano, false);
    public static Quantity FromInt64(long value) => new(value * NanosPerUnit, false);
    /// <summary>As <see cref="FromInt64"/>, printed with a binary suffix.</summary>
    public static Quantity FromBytes(long bytes) => new(bytes * NanosPerUnit, true);

    /// <exception cref="FormatException">The text is no quantity.</exception>
    public static Quantity Parse(string text) => TryParse(text, out var quantity)
        ? quantity
        : throw new FormatException(
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");

    public static bool TryParse([NotNullWhen(true)] string? text, out Quantity quantity)
    {
        quantity = default;
        // No quantity that means something is longer; without the bound a request could make us do arithmetic on megabytes of digits.
        if (string.IsNullOrEmpty(text) || text.Length > 64)
        {
            return false;
        }
        var end = text[0] is '+' or '-' ? 1 : 0;
        var start = end;
        var digits = new System.Text.StringBuilder(text.Length);
        var fraction = -1;
        for (; end < text.Length && (char.IsAsciiDigit(text[end]) || (text[end] == '.' && fraction < 0)); end++)
        {
            if (text[end] == '.')
            {
                fraction = 0;
                continue;
            }
            digits.Append(text[end]);
            fraction += fraction >= 0 ? 1 : 0;
        }
        if (digits.Length == 0 || end == start || !TryScale(text[end..], out var scale, out var power, out var binary))
        {
            return false;
        }
        var value = BigInteger.Parse(digits.ToString(), CultureInfo.InvariantCulture) * scale * NanosPerUnit;
        var exponent = power - Math.Max(fraction, 0);
        value = exponent >= 0 ? value * BigInteger.Pow(10, exponent) : DivideUp(value, BigInteger.Pow(10, -exponent));
        quantity = new(text[0] == '-' ? -value : value, binary);
        return true;
    }

    /// <summary>In thousandths, rounded up and held within Int64: CPU in millicores.</summary>
    public long ToMilliCeiling() => Clamp(DivideUp(_nanos, 1_000_000));

    /// <summary>In whole units, rounded up and held within Int64: memory in bytes.</summary>
    public long ToInt64Ceiling() => Clamp(DivideUp(_nanos, NanosPerUnit));

    public bool IsNegative => _nanos.Sign < 0;
    public bool IsInteger => (_nanos % NanosPerUnit).IsZero;

    public static Quantity operator +(Quantity left, Quantity right) => new(left._nanos + right._nanos, left._binary || right._binary);
    public static Quantity operator -(Quantity left, Quantity right) => new(left._nanos - right._nanos, left._binary || right._binary);
    public static bool operator ==(Quantity left, Quantity right) => left.Equals(right);
    public static bool operator !=(Quantity left, Quantity right) => !left.Equals(right);
    public static bool operator <(Quantity left, Quantity right) => left.CompareTo(right) < 0;
    public static bool operator >(Quantity left, Quantity right) => left.CompareTo(right) > 0;
    public static bool operator <=(Quantity left, Quantity right) => left.CompareTo(right) <= 0;
    public static bool operator >=(Quantity left, Quantity right) => left.CompareTo(right) >= 0;

    public int CompareTo(Quantity other) => _nanos.CompareTo(other._nanos);
    public bool Equals(Quantity other) => _nanos.Equals(other._nanos);
    public override bool Equals(object? obj) => obj is Quantity other && Equals(other);
    public override int GetHashCode() => _nanos.GetHashCode();

    /// <summary>Canonical form: no fraction, the largest suffix that loses nothing, the family (binary or decimal) it was written in.</summary>
    public override string ToString()
    {
        if (_nanos.IsZero)
        {
            return "0";
        }
        // A binary quantity under 1024, or with a fraction, is printed in the decimal family.
        if (_binary && IsInteger && BigInteger.Abs(_nanos) >= 1024 * NanosPerUnit)
        {
            return BinaryText(_nanos / NanosPerUnit);
        }
        var power = 18;
        foreach (var (suffix, p) in Decimal.Reverse())
        {
            power = p;
            var unit = BigInteger.Pow(10, power + 9);
            if ((_nanos % unit).IsZero)
            {
                return (_nanos / unit).ToString(CultureInfo.InvariantCulture) + suffix;
            }
        }
        return _nanos.ToString(CultureInfo.InvariantCulture) + "n";
    }

    private static string BinaryText(BigInteger units)
    {
        var suffix = -1;
        while (suffix + 1 < Binary.Length && (units % 1024).IsZero)
        {
            units /= 1024;
            suffix++;
        }
        return units.ToString(CultureInfo.InvariantCulture) + (suffix < 0 ? "" : Binary[suffix]);
    }

    private static bool TryScale(string suffix, out BigInteger scale, out int power, out bool binary)
    {
        (scale, power, binary) = (1, 0, false);
        var index = Array.IndexOf(Binary, suffix);
        if (index >= 0)
        {
            (scale, binary) = (BigInteger.Pow(1024, index + 1), true);
            return true;
        }
        foreach (var (name, p) in Decimal)
        {
            if (suffix == name)
            {
                power = p;
                return true;
            }
        }
        // Up to three digits: 1e999 is already past every real unit.
        return suffix.Length is > 1 and <= 5 && suffix[0] is 'e' or 'E'
            && int.TryParse(suffix.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out power);
    }

    private static BigInteger DivideUp(BigInteger value, BigInteger divisor)
    {
        var quotient = BigInteger.DivRem(value, divisor, out var rest);
        return rest.IsZero ? quotient : quotient + rest.Sign;
    }

    private static long Clamp(BigInteger value) =>
        value > long.MaxValue ? long.MaxValue : value < long.MinValue ? long.MinValue : (long)value;
}
