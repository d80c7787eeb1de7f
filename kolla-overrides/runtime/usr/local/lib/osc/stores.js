// SPDX-License-Identifier: Apache-2.0
// Run by stores.sh with jjs, the JavaScript of Java 8: its keytool changes neither a PKCS12 store's password nor a
// secret key's.
//
//   jjs stores.js -- JAR COPY TRUST_STORE MAIN_STORE FOLDER
//
// Makes COPY of JAR, with OSC_KEYSTORE_PASSWORD in the place of the passwords in it. A store that another password opens
// (OSC_KEYSTORE_PASSWORD_OLD, or the one in JAR) is locked anew, and laid into FOLDER under its own name. What cannot be
// done is said in a sentence on stdout, with exit code 1. ES5: the language of jjs.

var RESOURCE = "org/osc/core/broker/util/crypto/security.properties";
/** Of the main store, of the trust store and the key in it, and of the main store's DATABASE_KEY. */
var NAMES = ["keystore.password", "truststore.password", "aesctr.password"];
/** The key of what OSC encrypts in its database: an entry of the main store, made by OSC's first start. */
var DATABASE_KEY = "AesCtrKey";

var File = java.io.File;
var KeyStore = java.security.KeyStore;
var Protection = Java.type("java.security.KeyStore$PasswordProtection");

/** Does something with what can be closed, and closes it. */
function using(resource, use) {
  try {
    return use(resource);
  } finally {
    resource.close();
  }
}

function fail(sentence) {
  print(sentence);
  exit(1);
}

/** A password as Java takes it. */
function chars(password) {
  return new java.lang.String(password).toCharArray();
}

/** The passwords that a jar of OSC's holds. */
function passwordsIn(jar) {
  var properties = new java.util.Properties();
  using(new java.util.zip.ZipFile(jar), function (zip) {
    var entry = zip.getEntry(RESOURCE);
    if (entry) properties.load(zip.getInputStream(entry));
  });
  NAMES.forEach(function (name) {
    if (!properties.getProperty(name))
      fail("OSC_KEYSTORE_PASSWORD cannot be met: there is no " + name + " in " + jar + ".");
  });
  return properties;
}

/** A copy of a jar with other passwords in it. */
function copyJar(jar, copy, properties) {
  using(new java.util.zip.ZipInputStream(new java.io.FileInputStream(jar)), function (from) {
    using(new java.util.zip.ZipOutputStream(new java.io.FileOutputStream(copy)), function (to) {
      var buffer = Java.to(new Array(65536), "byte[]");
      for (var entry = from.getNextEntry(); entry; entry = from.getNextEntry()) {
        to.putNextEntry(new java.util.zip.ZipEntry(entry.getName()));
        if (entry.getName() == RESOURCE) properties.store(to, null);
        else for (var read = from.read(buffer); read >= 0; read = from.read(buffer)) to.write(buffer, 0, read);
      }
    });
  });
}

/** The store in a file; null where the password is another. What else is wrong with it is thrown. */
function open(type, file, password) {
  var store = KeyStore.getInstance(type);
  try {
    using(new java.io.FileInputStream(file), function (from) {
      store.load(from, chars(password));
    });
  } catch (error) {
    if (error instanceof java.io.IOException && error.getCause() instanceof java.security.UnrecoverableKeyException)
      return null;
    throw error;
  }
  return store;
}

/** Locks one key of a store anew; all others stay locked as they are. */
function relock(store, alias, old, password) {
  if (!store.containsAlias(alias)) return;
  store.setEntry(alias, store.getEntry(alias, new Protection(chars(old))), new Protection(chars(password)));
}

function save(store, file, password) {
  using(new java.io.FileOutputStream(file), function (to) {
    store.store(to, chars(password));
  });
}

/**
 * Looks after one store: lays it into the folder, locked anew, where it is not locked with the password already.
 *
 * @param olds the passwords that may have locked it, and its key: [{ store, key }]
 */
function change(type, file, alias, olds, password, folder) {
  if (open(type, file, password)) return;
  for (var i = 0; i < olds.length; i++) {
    var store = open(type, file, olds[i].store);
    if (store) {
      relock(store, alias, olds[i].key, password);
      save(store, new File(folder, new File(file).getName()), password);
      return;
    }
  }
  var others = olds.length > 1 ? "OSC_KEYSTORE_PASSWORD_OLD or the password" : "the password";
  fail(file + " opens neither with OSC_KEYSTORE_PASSWORD nor with " + others + " that OSC ships.");
}

function main(jar, copy, trustStore, mainStore, folder) {
  var password = $ENV.OSC_KEYSTORE_PASSWORD;
  var properties = passwordsIn(jar);
  var old = $ENV.OSC_KEYSTORE_PASSWORD_OLD;
  /** The passwords that may have locked a store and its key: an earlier one of the operator's, or OSC's. */
  var olds = function (store, key) {
    var shipped = { store: properties.getProperty(store), key: properties.getProperty(key) };
    return old ? [{ store: old, key: old }, shipped] : [shipped];
  };
  change("JKS", trustStore, "internal", olds("truststore.password", "truststore.password"), password, folder);
  change("PKCS12", mainStore, DATABASE_KEY, olds("keystore.password", "aesctr.password"), password, folder);
  NAMES.forEach(function (name) {
    properties.setProperty(name, password);
  });
  copyJar(jar, copy, properties);
}

try {
  main.apply(null, arguments);
} catch (error) {
  fail("OSC_KEYSTORE_PASSWORD cannot be met: " + error);
}
